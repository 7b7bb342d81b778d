import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { namesOf, repeated } from './journal.ts';
import { openRunStage, type RunStage } from './lab-stage.ts';
import { orderTroubles, patchAll, untilEffect, type EndedTurn, type HostFault } from './turn.ts';

const refusal = (hresult: string, times?: number): HostFault => ({
  fault: 'fail',
  step: 'Start-FettleUpdateTask',
  hresult,
  message: 'The update agent refuses.',
  ...(times === undefined ? {} : { times }),
});
const failure = (hresult: string, times?: number): HostFault => ({
  fault: 'install-fails',
  hresult,
  ...(times === undefined ? {} : { times }),
});

const CASES = {
  'busy once': [refusal('0x80240009', 1)],
  'shutting down once': [refusal('0x8024001E', 1)],
  'no WSUS once': [refusal('0x8024402C', 1)],
  'busy for ever': [refusal('0x80240009')],
  'shutting down for ever': [refusal('0x8024001E')],
  'no WSUS for ever': [refusal('0x8024402C')],
  '0x80240016, nothing pending': [refusal('0x80240016', 1)],
  '0x80240016, reboot pending': [refusal('0x80240016', 1)],
  'install fails once': [failure('0x80070643', 1)],
  'install fails for ever': [failure('0x80070643')],
  'busy while it installs': [failure('0x80240009', 1)],
  'one of two fails': [],
  'update loop': [{ fault: 'update-loop' }],
  'no rescan': [],
} satisfies Record<string, HostFault[]>;

let stage: RunStage;
let hosts: Record<keyof typeof CASES, string>;
let turns: Record<keyof typeof CASES, EndedTurn>;

/** One run over all of them: what happens to one host must not touch another. */
beforeAll(async () => {
  stage = await openRunStage();
  const { plant } = stage;
  hosts = orderTroubles<keyof typeof CASES>(stage, CASES);
  plant.order({ host: hosts['one of two fails'], fault: 'install-fails', hresult: '0x80073712', kb: dotNetOf(stage) });
  turns = await patchAll(stage, hosts, () =>
    Promise.all([
      untilEffect(plant, hosts['0x80240016, reboot pending'], 'snapshot-taken').then(() =>
        plant.change(hosts['0x80240016, reboot pending'], { pendingReboot: ['component-based-servicing'] }),
      ),
      untilEffect(plant, hosts['no rescan'], 'reboot').then(() =>
        plant.order({
          host: hosts['no rescan'],
          fault: 'fail',
          step: 'Get-FettleOfferedUpdate',
          hresult: '0x8024402C',
          message: 'No WSUS.',
        }),
      ),
    ]),
  );
}, 120_000);
afterAll(() => stage.close());

function dotNetOf({ plant }: RunStage): string {
  return plant.host(hosts['one of two fails']).offered[1] ?? '';
}

const count = (turn: EndedTurn, effect: string): number =>
  namesOf(turn.effects).filter((name) => name === effect).length;

describe('an update agent that refuses to start', () => {
  test.each(['busy once', 'shutting down once', 'no WSUS once'] as const)(
    '(%s) is asked again, and nothing is done twice',
    (name) => {
      const { entry, effects } = turns[name];
      expect(entry).toMatchObject({ state: 'succeeded', outcome: { failure: null, own: { installed: 2 } } });
      expect(count(turns[name], 'install-started')).toBe(1);
      expect(repeated(effects)).toEqual([]);
    },
  );

  test.each([
    ['busy for ever', '0x80240009', 'UpdateBusy', 'failed'],
    ['shutting down for ever', '0x8024001E', 'UpdateShuttingDown', 'unknown'],
    ['no WSUS for ever', '0x8024402C', 'UpdateSourceUnreachable', 'failed'],
  ] as const)('(%s) is a question to a person, and maintenance mode stays on', (name, hresult, type, state) => {
    const { entry, handedOver, effects } = turns[name];
    expect(entry).toMatchObject({ state, outcome: { failure: type } });
    expect(entry.reason).toContain(hresult);
    expect(handedOver).toMatchObject({
      'not-succeeded': expect.stringContaining(state),
      'open-question': expect.stringContaining('retry'),
      'maintenance-on': expect.stringContaining('scom-'),
      'update-missing': expect.stringContaining('not-attempted'),
    });
    expect(count(turns[name], 'install-started')).toBe(0);
    expect(namesOf(effects)).not.toContain('maintenance-off');
  });

  test('tells its advice once', () => {
    const { reason } = turns['busy for ever'].entry;
    expect(reason.split('find out which, then retry the target')).toHaveLength(2);
  });

  test('with 0x80240016 while no reboot is pending is waited for', () => {
    const turn = turns['0x80240016, nothing pending'];
    expect(turn.entry.state).toBe('succeeded');
    expect(count(turn, 'reboot')).toBe(1);
  });

  test('with 0x80240016 while a reboot is pending gets that reboot first', () => {
    const turn = turns['0x80240016, reboot pending'];
    expect(turn.entry.state).toBe('succeeded');
    const order = namesOf(turn.effects);
    expect(order.indexOf('reboot')).toBeLessThan(order.indexOf('install-started'));
    expect(count(turn, 'reboot')).toBe(2);
  });
});

describe('an installation that fails', () => {
  test('once is tried again after a reboot, under keys of its own', () => {
    const turn = turns['install fails once'];
    expect(turn.entry).toMatchObject({ state: 'succeeded', outcome: { own: { installed: 2 } } });
    expect(count(turn, 'install-started')).toBe(2);
    expect(count(turn, 'reboot')).toBe(2);
    expect(repeated(turn.effects)).toEqual([]);
  });

  test('for ever leaves the target failed with the HRESULT, its snapshot alive, and nothing reverted', () => {
    const turn = turns['install fails for ever'];
    expect(turn.entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateFailed', own: { installed: 0 } } });
    expect(turn.entry.reason).toContain('0x80070643');
    expect(turn.handedOver['update-missing']).toContain('0x80070643');
    expect(turn.handedOver['snapshot-alive']).toContain('fettle-');
    expect(turn.entry.outcome?.own.events[0]).toMatch(
      /error 20 of Microsoft-Windows-WindowsUpdateClient \(System\): .*0x80070643/,
    );
    expect(turn.handedOver['event-log']).toMatch(/0x80070643.*\(and \d+ more in the details of its turn\)/);
    expect(count(turn, 'install-started')).toBe(2);
    expect(count(turn, 'snapshot-removed')).toBe(0);
    expect(namesOf(turn.effects).at(-1)).toBe('maintenance-off');
  });

  test('because another one runs is tried in a later round, without a reboot for it', () => {
    const turn = turns['busy while it installs'];
    expect(turn.entry.state).toBe('succeeded');
    const rounds = turn.entry.outcome?.steps.filter(({ step }) => step === 'install').map(({ round }) => round);
    expect(rounds).toEqual([1, 2]);
    expect(count(turn, 'reboot')).toBe(1);
  });

  test('for one update of two installs the other, and names the one that is missing', () => {
    const { entry, handedOver } = turns['one of two fails'];
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateFailed', own: { installed: 1 } } });
    expect(handedOver['update-missing']).toContain('0x80073712');
  });
});

describe('updates', () => {
  test('that are offered again after they were installed are a loop, found in its first round', () => {
    const turn = turns['update loop'];
    expect(turn.entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateLoop' } });
    expect(count(turn, 'install-started')).toBe(1);
  });

  test('that cannot be looked for again after the reboot leave a question, not a success', () => {
    const { entry, handedOver } = turns['no rescan'];
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateSourceUnreachable' } });
    expect(Object.keys(handedOver)).toEqual(expect.arrayContaining(['open-question', 'maintenance-on']));
  });
});
