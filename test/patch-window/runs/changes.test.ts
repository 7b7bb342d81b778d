import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Plant } from '../../../lab/plant/index.ts';
import type { TurnView } from '../../../model/turn.ts';
import { windowInput } from './input.ts';
import { effectsOf, namesOf, repeated, spanOf } from './journal.ts';
import { openRunStage, type PatchRun, type RunStage } from './lab-stage.ts';
import { endedTurn, planned, resume, SLOW, untilEffect, type EndedTurn } from './turn.ts';

let stage: RunStage;
beforeAll(async () => {
  stage = await openRunStage();
});
afterAll(() => stage.close());

type AvailabilityGroup = ReturnType<Plant['host']>['roles']['availabilityGroups'][number];

function groupOf(host: string): AvailabilityGroup {
  const [group] = stage.plant.host(host).roles.availabilityGroups;
  if (group === undefined) throw new Error(`${host} is in no availability group`);
  return group;
}

describe('what changed since the plan was made', () => {
  let run: PatchRun;
  let group: AvailabilityGroup;
  let primary: string;
  let failedOver: EndedTurn;
  let reassigned: EndedTurn;
  let filledUp: EndedTurn;

  /** One run over all of them, which is planned and waits while they change. */
  beforeAll(async () => {
    const [first = '', second = ''] = stage.takeGroup('availability-group');
    const [reassignedHost, full] = [stage.take(), stage.take()];
    run = await planned(stage, windowInput([second, reassignedHost, full]));
    primary = first;
    group = groupOf(second);
    const moved = { ...group, localRole: 'PRIMARY' as const, primaryReplica: second, partnerReplica: first };
    stage.plant.change(second, { roles: { availabilityGroups: [moved] } });
    const entry = stage.lab.organisation.inventory.hosts.find(({ name }) => name === reassignedHost);
    if (entry === undefined) throw new Error(`${reassignedHost} is not in the inventory`);
    entry.owner = 'Somebody Else';
    stage.plant.change(full, { freeMb: 100 });
    await resume(run);
    failedOver = await endedTurn(stage, run, second);
    reassigned = await endedTurn(stage, run, reassignedHost);
    filledUp = await endedTurn(stage, run, full);
  });

  test('an availability group that was failed over to its host: nothing is touched, a person is asked to fail it back', async () => {
    const { host, entry, effects, handedOver } = failedOver;
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'AvailabilityGroupPrimary' } });
    expect(handedOver['open-question']).toContain(`over from ${host} to ${primary}, then retry`);
    expect(effects).toEqual([]);
    expect((await run.turnOf(host).describe()).searchAttributes['FettleQuestion']?.[0]).toContain(group.name);
    expect((await run.handle.describe()).searchAttributes['FettleQuestion']?.[0]).toContain(group.name);
  });

  test("a host's inventory entry: the host is skipped, and nothing is done to it", () => {
    const { entry, effects } = reassigned;
    expect(entry).toMatchObject({ state: 'skipped', outcome: { failure: 'TargetChanged' } });
    expect(effects).toEqual([]);
  });

  test('a disk that filled up: the host is left alone, and monitoring goes on', () => {
    const { entry, effects } = filledUp;
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'LowDisk' } });
    expect(effects).toEqual([]);
  });
});

describe.concurrent('what changes before or during a turn', () => {
  test('an update that is offered no longer is never a success', async () => {
    const host = stage.take();
    const run = await planned(stage, windowInput([host]));
    stage.plant.change(host, { offered: [] });
    await resume(run);
    const { entry, handedOver } = await endedTurn(stage, run, host);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateNotOffered', own: { installed: 0 } } });
    expect(handedOver['update-missing']).toContain('not-offered');
  });

  test('an availability group that fails over during the installation: no reboot, and the reboot that is due is handed over', async () => {
    const [primary = '', secondary = ''] = stage.takeGroup('availability-group');
    const run = await stage.start(windowInput([secondary]));
    await untilEffect(stage.plant, secondary, 'install-started');
    const group = groupOf(secondary);
    stage.plant.change(secondary, {
      roles: { availabilityGroups: [{ ...group, localRole: 'PRIMARY', partnerReplica: primary }] },
    });
    const { entry, effects, handedOver } = await endedTurn(stage, run, secondary);
    expect(entry).toMatchObject({
      state: 'failed',
      outcome: { failure: 'AvailabilityGroupPrimary', own: { installed: 2 } },
    });
    expect(namesOf(effects)).not.toContain('reboot');
    expect(Object.keys(handedOver)).toEqual(
      expect.arrayContaining(['pending-reboot', 'open-question', 'maintenance-on']),
    );
  });
});

/** The first of them is slow: it must still be in work when the second has made its plan, also on a busy machine. */
describe.concurrent('two runs at once', () => {
  test('never have two members of a redundancy group in work: the second waits for the first', async () => {
    const [first = '', second = ''] = stage.takeGroup('domain-controller');
    stage.plant.order({ ...SLOW, host: first });
    const one = await stage.start(windowInput([first]));
    await untilEffect(stage.plant, first, 'maintenance-on');
    const two = await stage.start(windowInput([second]));
    const waited = await endedTurn(stage, two, second);
    expect(waited.entry).toMatchObject({ state: 'succeeded' });
    expect((await one.result()).outcome).toBe('succeeded');
    expect(spanOf(waited.effects).from).toBeGreaterThanOrEqual(spanOf(effectsOf(stage.plant, first)).to);
  });

  test('over both members each take them one after the other', async () => {
    const [first = '', second = ''] = stage.takeGroup('scada');
    const runs = await Promise.all([
      stage.start(windowInput([first, second])),
      stage.start(windowInput([second, first])),
    ]);
    const results = await Promise.all(runs.map((run) => run.result()));
    expect(results.map(({ ledger }) => ledger.succeeded)).toEqual([2, 2]);
    const effects = [first, second].map((host) => effectsOf(stage.plant, host));
    const [earlier, later] = effects.map(spanOf).toSorted((a, b) => a.from - b.from);
    expect(later?.from).toBeGreaterThanOrEqual(earlier?.to ?? Infinity);
    expect(effects.flatMap(repeated)).toEqual([]);
  });

  test('over one host: the second waits for the first, and finds nothing left to install', async () => {
    const host = stage.take();
    stage.plant.order({ ...SLOW, host });
    const one = await stage.start(windowInput([host]));
    await untilEffect(stage.plant, host, 'maintenance-on');
    const two = await stage.start(windowInput([host]));
    const { entry } = await endedTurn(stage, two, host);
    expect((await one.result()).outcome).toBe('succeeded');
    expect(entry).toMatchObject({ state: 'succeeded', outcome: { own: { installed: 0 } } });
    expect(Date.parse(entry.outcome?.startedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse((await one.entry(host))?.outcome?.endedAt ?? ''),
    );
    expect(repeated(effectsOf(stage.plant, host))).toEqual([]);
  });
});

describe.concurrent('a turn that somebody terminates in the middle of an installation', () => {
  /** A run whose host installs, and whose turn is gone. */
  async function terminated(host: string) {
    // It must still install when the next run has made its plan, also on a busy machine.
    stage.plant.order({ host, fault: 'slow', factor: 100 });
    const run = await stage.start(windowInput([host]));
    await untilEffect(stage.plant, host, 'install-started');
    await run.turnOf(host).terminate('a test');
    const { ledger, handover } = await run.result();
    expect(ledger.unknown).toBe(1);
    expect(JSON.stringify(handover)).not.toContain('not-attempted');
    expect(stage.plant.host(host).installing).toContain('fettle-');
  }

  const stepsOf = async (run: PatchRun, host: string): Promise<string[]> =>
    (await run.turnOf(host).query<TurnView>('turn')).targets.flatMap(({ steps }) => steps.map(({ step }) => step));

  test('leaves a task that the next run over that host waits for; then it goes on from there', async () => {
    const host = stage.take();
    await terminated(host);
    const run = await stage.start(windowInput([host], { finishPendingReboot: true }));
    await vi.waitFor(async () => expect(await stepsOf(run, host)).toContain('earlier-task'), 20_000);
    stage.plant.clearFaults(host);
    const next = await endedTurn(stage, run, host);
    expect(next.entry).toMatchObject({ state: 'succeeded', outcome: { own: { rebooted: true, maintenance: null } } });
    const steps = next.entry.outcome?.steps.map(({ step, result }) => `${step} ${result}`);
    expect(steps?.slice(0, 3)).toEqual(['preflight failed', 'earlier-task done', 'preflight done']);
    expect(repeated(next.effects)).toEqual([]);
    expect(namesOf(next.effects).filter((effect) => effect === 'update-installed')).toHaveLength(2);
  });

  test('keeps the other member of its group untouched until the task is over and the host is well', async () => {
    const [first = '', second = ''] = stage.takeGroup('scada');
    await terminated(first);
    const run = await stage.start(windowInput([second]));
    await vi.waitFor(async () => expect((await run.entry(second))?.reason).toContain('Waits for another run'), 20_000);
    stage.plant.clearFaults(first);
    const other = await endedTurn(stage, run, second);
    expect(other.entry).toMatchObject({ state: 'succeeded' });
    const installed = effectsOf(stage.plant, first).filter(({ effect }) => effect === 'update-installed');
    expect(installed).toHaveLength(2);
    expect(spanOf(other.effects).from).toBeGreaterThanOrEqual(spanOf(installed).to);
  });
});
