import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerTotal } from '../../model/ledger.ts';
import type { PatchPlan } from '../../model/patch-window/plan.ts';
import { healthy } from './stage/activities.ts';
import { patchPlan, plannedTarget, waveOf } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { freshHost } from './stage/turn.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe.concurrent('a run', () => {
  test("takes every target through its turn, in the procedure's order, and hands over", async () => {
    const name = freshHost();
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    const result = await run.result();
    expect(result).toMatchObject({ outcome: 'succeeded', targets: 1, simulated: ['plant'], stopReason: null });
    expect(result.ledger.succeeded).toBe(1);
    expect(stage.directed.callsOf(name)).toEqual([
      'preflight',
      'oldSnapshots',
      'startMaintenance',
      'takeSnapshot',
      'confirmRoles',
      'startInstall',
      'followInstall',
      'confirmRoles',
      'restartHost',
      'awaitRestart',
      'rescan',
      'verifyHost',
      'endMaintenance',
    ]);
    expect(result.handover).toEqual([expect.objectContaining({ kind: 'snapshot-alive' })]);
  });

  test('stops at the failure budget: targets in work finish, the rest is not-started', async () => {
    const names = [freshHost(), freshHost(), freshHost(), freshHost()];
    const targets = names.map((name) => plannedTarget(name));
    stage.directed.order(names[0] ?? '', 'preflight', 'LowDisk');
    const waves = [waveOf(targets, { concurrency: 2 })];
    const gate = stage.directed.gates.close(`${names[1]}/preflight`);
    const run = await stage.start(patchPlan({ targets, waves, material: { failureBudget: 1 } }));
    await gate.reached;
    gate.open();
    const result = await run.result();
    expect(result.stopReason).toContain('budget');
    expect(result.outcome).toBe('partly');
    expect(result.ledger).toMatchObject({ failed: 1, succeeded: 1, 'not-started': 2 });
    expect(ledgerTotal(result.ledger)).toBe(4);
  });

  test('looks at a wave again after its soak, and a target that fell ill spends the budget', async () => {
    const names = [freshHost(), freshHost()];
    const targets = names.map((name) => plannedTarget(name));
    stage.directed.order(names[0] ?? '', 'verifyHost', 'good', {
      ...healthy,
      probesFailed: [{ probe: 'http', detail: 'answers 500' }],
    });
    const waves = targets.map((one, i) => waveOf([one], { name: `w${i}`, canary: i === 0, concurrency: 1 }));
    const run = await stage.start(patchPlan({ targets, waves, material: { soakMs: 50, failureBudget: 1 } }));
    const result = await run.result();
    expect(result.ledger).toMatchObject({ failed: 1, 'not-started': 1 });
    expect((await run.entry(names[0] ?? '')).reason).toContain('UnhealthyAfterSoak');
  });

  test('goes no further when the canary that proved something fell ill in the soak, whatever the budget has left', async () => {
    const [canary, other] = [plannedTarget(freshHost()), plannedTarget(freshHost())];
    const ill = { ...healthy, servicesDown: [{ name: 'W32Time', state: 'Stopped', startType: 'Automatic' }] };
    stage.directed.order(canary.id.split('.')[0] ?? '', 'verifyHost', 'good', ill);
    const targets = [canary, other];
    const waves = targets.map((one, i) => waveOf([one], { name: `w${i}`, canary: i === 0, concurrency: 1 }));
    const plan = patchPlan({ targets, waves, material: { soakMs: 50, failureBudget: 2 } });
    const result = await (await stage.start(plan)).result();
    expect(result.stopReason).toContain('canary');
    expect(result.ledger).toMatchObject({ failed: 1, 'not-started': 1 });
    expect(result.handover.map(({ kind }) => kind)).toContain('service-down');
  });

  test('never has two members of a redundancy group in work, and leaves the second alone when the first is in doubt', async () => {
    const names = [freshHost(), freshHost()];
    const targets = names.map((name) => plannedTarget(name, { exclusive: [`group/dc-${names[0]}`] }));
    stage.directed.order(names[0] ?? '', 'awaitRestart', 'RebootTimeout');
    const run = await stage.start(patchPlan({ targets }));
    const result = await run.result();
    expect(result.ledger).toMatchObject({ unknown: 1, 'not-started': 1 });
    expect(stage.directed.callsOf(names[1] ?? '')).toEqual([]);
    expect((await run.entry(names[1] ?? '')).reason).toContain(names[0]);
  });

  test('calls a target unknown whose turn was terminated from outside', async () => {
    const name = freshHost();
    const gate = stage.directed.gates.close(`${name}/startInstall`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await stage.temporal.client.workflow.getHandle(`target/host/${name}.corp.example`).terminate('a test');
    gate.open();
    const result = await run.result();
    expect(result.ledger.unknown).toBe(1);
    expect(result.handover.some(({ kind }) => kind === 'open-question')).toBe(true);
    expect((await run.entry(name)).outcome).toMatchObject({ changed: true, groupSafe: false });
  });

  test('keeps out what a guard refused at planning, and asks what a guard asked', async () => {
    const [refused, asked, good] = [plannedTarget(freshHost()), plannedTarget(freshHost()), plannedTarget(freshHost())];
    const guards: PatchPlan['guards'] = [
      { target: refused.id, guard: 'backup', verdict: 'refuse', failure: 'BackupMissing', reason: 'no backup' },
      {
        target: asked.id,
        guard: 'roles',
        verdict: 'ask',
        failure: 'AvailabilityGroupPrimary',
        reason: 'fail AG1 over',
      },
    ];
    const result = await (await stage.start(patchPlan({ targets: [refused, asked, good], guards }))).result();
    expect(result.ledger).toMatchObject({ skipped: 1, failed: 1, succeeded: 1 });
    expect(result.handover).toContainEqual({
      kind: 'open-question',
      target: asked.id,
      text: 'fail AG1 over',
      until: null,
    });
  });
});
