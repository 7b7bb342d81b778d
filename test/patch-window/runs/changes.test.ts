import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { windowInput } from './input.ts';
import { effectsOf, namesOf, repeated, spanOf } from './journal.ts';
import { openRunStage, type RunStage } from './lab-stage.ts';
import { endedTurn, planned, resume, SLOW, untilEffect } from './turn.ts';

let stage: RunStage;
beforeAll(async () => {
  stage = await openRunStage();
});
afterAll(() => stage.close());

describe('what changed since the plan was made', () => {
  test('an availability group that was failed over to its host: nothing is touched, a person is asked to fail it back', async () => {
    const [primary = '', secondary = ''] = stage.takeGroup('availability-group');
    const run = await planned(stage, windowInput([secondary]));
    const [group] = stage.plant.host(secondary).roles.availabilityGroups;
    if (group === undefined) throw new Error(`${secondary} is in no availability group`);
    const failedOver = { ...group, localRole: 'PRIMARY' as const, primaryReplica: secondary, partnerReplica: primary };
    stage.plant.change(secondary, { roles: { availabilityGroups: [failedOver] } });
    await resume(run);
    const { entry, effects, handedOver } = await endedTurn(stage, run, secondary);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'AvailabilityGroupPrimary' } });
    expect(handedOver['open-question']).toContain(`over from ${secondary} to ${primary}, then retry`);
    expect(effects).toEqual([]);
    expect((await run.turnOf(secondary).describe()).searchAttributes['FettleQuestion']?.[0]).toContain(group.name);
    expect((await run.handle.describe()).searchAttributes['FettleQuestion']?.[0]).toContain(group.name);
  });

  test('an availability group that fails over during the installation: no reboot, and the reboot that is due is handed over', async () => {
    const [primary = '', secondary = ''] = stage.takeGroup('availability-group');
    const run = await stage.start(windowInput([secondary]));
    await untilEffect(stage.plant, secondary, 'install-started');
    const [group] = stage.plant.host(secondary).roles.availabilityGroups;
    if (group === undefined) throw new Error(`${secondary} is in no availability group`);
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

  test("a host's inventory entry: the host is skipped, and nothing is done to it", async () => {
    const host = stage.take();
    const run = await planned(stage, windowInput([host]));
    const entry = stage.lab.organisation.inventory.hosts.find(({ name }) => name === host);
    if (entry === undefined) throw new Error(`${host} is not in the inventory`);
    entry.owner = 'Somebody Else';
    await resume(run);
    const turn = await endedTurn(stage, run, host);
    expect(turn.entry).toMatchObject({ state: 'skipped', outcome: { failure: 'TargetChanged' } });
    expect(turn.effects).toEqual([]);
  });

  test('a disk that filled up: the host is left alone, and monitoring goes on', async () => {
    const host = stage.take();
    const run = await planned(stage, windowInput([host]));
    stage.plant.change(host, { freeMb: 100 });
    await resume(run);
    const { entry, effects } = await endedTurn(stage, run, host);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'LowDisk' } });
    expect(effects).toEqual([]);
  });

  test('an update that is offered no longer is never a success', async () => {
    const host = stage.take();
    const run = await planned(stage, windowInput([host]));
    stage.plant.change(host, { offered: [] });
    await resume(run);
    const { entry, handedOver } = await endedTurn(stage, run, host);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateNotOffered', own: { installed: 0 } } });
    expect(handedOver['update-missing']).toContain('not-offered');
  });
});

describe('two runs at once', () => {
  test('never have two members of a redundancy group in work: the second is told to wait', async () => {
    const [first = '', second = ''] = stage.takeGroup('domain-controller');
    // The first must still be in work when the second has made its plan, also on a busy machine.
    stage.plant.order({ ...SLOW, host: first });
    const one = await stage.start(windowInput([first]));
    await untilEffect(stage.plant, first, 'maintenance-on');
    const two = await stage.start(windowInput([second]));
    const refused = await endedTurn(stage, two, second);
    expect(refused.entry).toMatchObject({ state: 'not-started', outcome: { failure: 'GroupBusy' } });
    expect(refused.entry.reason).toContain(one.handle.workflowId);
    expect(refused.effects).toEqual([]);
    expect((await one.result()).outcome).toBe('succeeded');
  });

  test('over both members each take them one after the other', async () => {
    const [first = '', second = ''] = stage.takeGroup('scada');
    const runs = await Promise.all([
      stage.start(windowInput([first, second])),
      stage.start(windowInput([second, first])),
    ]);
    const results = await Promise.all(runs.map((run) => run.result()));
    expect(results.reduce((sum, { ledger }) => sum + ledger.failed + ledger.unknown, 0)).toBe(0);
    const effects = [first, second].map((host) => effectsOf(stage.plant, host));
    const [earlier, later] = effects.map(spanOf).toSorted((a, b) => a.from - b.from);
    expect(later?.from).toBeGreaterThanOrEqual(earlier?.to ?? Infinity);
    expect(effects.flatMap(repeated)).toEqual([]);
  });

  test('over one host: the second is refused with the name of the first', async () => {
    const host = stage.take();
    const one = await stage.start(windowInput([host]));
    await untilEffect(stage.plant, host, 'maintenance-on');
    const two = await stage.start(windowInput([host]));
    const { entry } = await endedTurn(stage, two, host);
    expect(entry).toMatchObject({ state: 'not-started', outcome: { failure: 'TargetBusy' } });
    expect(entry.reason).toContain(one.handle.workflowId);
    expect((await one.result()).outcome).toBe('succeeded');
    expect(repeated(effectsOf(stage.plant, host))).toEqual([]);
  });
});
