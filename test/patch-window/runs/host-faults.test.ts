import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { namesOf, repeated } from './journal.ts';
import { windowInput } from './input.ts';
import { openRunStage, type RunStage } from './lab-stage.ts';
import { endedTurn, orderTroubles, patchAll, untilEffect, type EndedTurn, type HostFault } from './turn.ts';

const CASES = {
  well: [],
  'off the network at planning': [{ fault: 'off-network' }],
  // The survey's last look; the next one is preflight's.
  'off the network at preflight': [{ fault: 'off-network', after: 'Get-FettleInstalledUpdate' }],
  'off the network while it installs': [{ fault: 'off-network', after: 'Start-FettleUpdateTask' }],
  'reboots for ever': [{ fault: 'reboot-for-ever' }],
  'a service stays down': [{ fault: 'service-stays-down', service: 'BatchRecordGateway' }],
  'a service comes late': [{ fault: 'service-stays-down', service: 'BatchRecordGateway', times: 1 }],
  'low disk': [{ fault: 'low-disk', freeMb: 900 }],
  slow: [{ fault: 'slow', factor: 6 }],
  'installs too slowly': [],
} satisfies Record<string, HostFault[]>;

let stage: RunStage;
let turns: Record<keyof typeof CASES, EndedTurn>;

beforeAll(async () => {
  stage = await openRunStage({ rebootMs: 8_000, installMs: 8_000, callMs: 2_500, retryAttempts: 2 });
  const hosts = orderTroubles<keyof typeof CASES>(stage, CASES);
  turns = await patchAll(stage, hosts, async () => {
    const host = hosts['installs too slowly'];
    await untilEffect(stage.plant, host, 'maintenance-on');
    stage.plant.order({ host, fault: 'slow', factor: 1_000 });
  });
}, 120_000);
afterAll(() => stage.close());

const count = (turn: EndedTurn, effect: string): number =>
  namesOf(turn.effects).filter((name) => name === effect).length;

describe('a host off the network', () => {
  test.each(['off the network at planning', 'off the network at preflight'] as const)(
    '(%s) is unreachable, and nothing was done on its behalf',
    (name) => {
      const { entry, effects, handedOver } = turns[name];
      expect(entry.state).toBe('unreachable');
      expect(entry.reason).toContain('cannot be reached');
      expect(effects).toEqual([]);
      expect(Object.keys(handedOver)).toContain('not-succeeded');
    },
  );

  test('in the middle of its installation is unknown: a person is asked, maintenance mode stays on until its end', () => {
    const turn = turns['off the network while it installs'];
    expect(turn.entry).toMatchObject({ state: 'unknown', outcome: { failure: 'HostLost' } });
    expect(turn.entry.outcome?.question).toContain('did its installation end?');
    expectMaintenanceOn(turn);
  });
});

describe('a host that does not come back from its reboot', () => {
  test('is unknown, with the question, and in maintenance mode until its end', () => {
    const turn = turns['reboots for ever'];
    expect(turn.entry).toMatchObject({
      state: 'unknown',
      outcome: { failure: 'RebootTimeout', own: { rebooted: false } },
    });
    expect(turn.handedOver['open-question']).toContain('Look at its console');
    expect(count(turn, 'reboot')).toBe(1);
    expectMaintenanceOn(turn);
  });
});

describe('a service that ran before', () => {
  test('and does not come up with the host is started once, and that is enough', () => {
    expect(turns['a service comes late'].entry).toMatchObject({
      state: 'succeeded',
      outcome: { own: { servicesDown: [] } },
    });
  });

  test('and stays down is a question, and stands in the handover list', () => {
    const turn = turns['a service stays down'];
    expect(turn.entry).toMatchObject({ state: 'failed', outcome: { failure: 'ServiceDown', own: { installed: 2 } } });
    expect(turn.handedOver).toMatchObject({
      'service-down': 'BatchRecordGateway',
      'open-question': expect.stringContaining('Start BatchRecordGateway'),
    });
    expectMaintenanceOn(turn);
  });
});

describe('a host', () => {
  test('with too little disk is left alone', () => {
    const { entry, effects } = turns['low disk'];
    expect(entry.state).toBe('failed');
    expect(entry.reason).toContain('900 MB free');
    expect(effects).toEqual([]);
  });

  test('that is slow is waited for', () => {
    expect(turns.slow.entry.state).toBe('succeeded');
    expect(repeated(turns.slow.effects)).toEqual([]);
  });

  test('whose installation outlasts its limit is unknown, and not rebooted', () => {
    const turn = turns['installs too slowly'];
    expect(turn.entry).toMatchObject({ state: 'unknown', outcome: { failure: 'InstallTimeout' } });
    expect(count(turn, 'reboot')).toBe(0);
    expectMaintenanceOn(turn);
  });

  test('that is well does not notice the trouble of the others', () => {
    expect(turns.well.entry.state).toBe('succeeded');
  });
});

describe.concurrent('a host that hangs', () => {
  test('in one call of many is asked again: nothing is done twice', async () => {
    const host = stage.take();
    stage.plant.order({ host, fault: 'hang', step: 'Start-FettleUpdateTask', times: 1 });
    const { entry, effects } = await endedTurn(stage, await stage.start(windowInput([host])), host);
    expect(entry.state).toBe('succeeded');
    expect(repeated(effects)).toEqual([]);
  });

  test('for ever times out as unknown, and a host beside it is patched all the same', async () => {
    const [host, other] = [stage.take(), stage.take()];
    stage.plant.order({ host, fault: 'hang', step: 'Start-FettleUpdateTask' });
    const run = await stage.start(windowInput([host, other]));
    const turn = await endedTurn(stage, run, host);
    expect(turn.entry).toMatchObject({ state: 'unknown', outcome: { failure: 'ShellTimeout' } });
    expect(await run.entry(other)).toMatchObject({ state: 'succeeded' });
    expectMaintenanceOn(turn);
  });
});

describe.concurrent('an endpoint that refuses once', () => {
  test('is asked again', async () => {
    const host = stage.take();
    const endpoint =
      stage.lab.organisation.inventory.hosts.find(({ name }) => name === host)?.monitoring?.endpoint ?? '';
    stage.plant.order({
      host: endpoint,
      fault: 'fail',
      step: 'Start-FettleMaintenance',
      hresult: '0x80131501',
      message: 'The management group is not ready.',
      id: 'FettleMaintenanceRefused',
      times: 1,
    });
    const { entry, effects } = await endedTurn(stage, await stage.start(windowInput([host])), host);
    expect(entry.state).toBe('succeeded');
    expect(repeated(effects)).toEqual([]);
  });
});

function expectMaintenanceOn({ entry, effects, handedOver }: EndedTurn): void {
  expect(Date.parse(entry.outcome?.own.maintenance?.until ?? '')).toBeGreaterThan(Date.now());
  expect(handedOver['maintenance-on']).toContain('scom-');
  expect(namesOf(effects)).not.toContain('maintenance-off');
}
