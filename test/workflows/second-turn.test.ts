import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PatchPlan } from '../../model/plan.ts';
import { healthy } from './stage/activities.ts';
import { patchPlan, plannedTarget } from './stage/plan.ts';
import { openStage, type Run, type Stage } from './stage/stage.ts';

let stage: Stage;
let count = 0;
const fresh = (): string => `two${String((count += 1)).padStart(3, '0')}`;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A paused run whose only target's first turn has ended. */
async function afterFirstTurn(name: string, material: Partial<PatchPlan['material']> = {}): Promise<Run> {
  const gate = stage.directed.gates.close(`${name}/preflight`);
  const run = await stage.start(patchPlan({ targets: [plannedTarget(name)], material }));
  await gate.reached;
  await run.update('pause', fields);
  gate.open();
  await expect.poll(async () => (await run.entry(name)).progress, { timeout: 20_000 }).toBe('ended');
  return run;
}

async function retried(run: Run, name: string): Promise<void> {
  await run.update('retryHost', { ...fields, host: name });
  await run.update('resume', fields);
  await run.result();
}

describe('the second turn of a target', () => {
  test('wants the services running that ran before the first, not those that the first left running', async () => {
    const name = fresh();
    const down = { ...healthy, servicesDown: [{ name: 'W32Time', state: 'Stopped', startType: 'Automatic' }] };
    stage.directed.order(name, 'verifyHost', down, down, 'good');
    const run = await afterFirstTurn(name);
    stage.directed.order(name, 'preflight', {
      bootTime: '2026-11-02T00:00:00.000Z',
      runningServices: ['LanmanServer'],
      toInstall: [],
      updates: [],
      pendingReboot: [],
      warnings: [],
      simulated: [],
    });
    await retried(run, name);
    const { runningServices } = stage.directed.requestOf(name, 'verifyHost');
    expect(runningServices.toSorted()).toEqual(['LanmanServer', 'W32Time']);
  });

  test('may finish the reboot that the first left pending, unless the input says never', async () => {
    const [allowed, never] = [fresh(), fresh()];
    for (const name of [allowed, never]) stage.directed.order(name, 'followInstall', 'InstallTimeout', 'good');
    await retried(await afterFirstTurn(allowed), allowed);
    expect(stage.directed.requestOf(allowed, 'preflight').settings.finishPendingReboot).toBe(true);
    await retried(await afterFirstTurn(never, { reboot: 'never' }), never);
    expect(stage.directed.requestOf(never, 'preflight').settings.finishPendingReboot).toBe(false);
  });
});

describe('a turn that is stopped after its reboot', () => {
  test('is looked at for the services that ran before', async () => {
    const name = fresh();
    const left = [{ ...plannedTarget(name).updates[0], id: 'another' }];
    stage.directed.order(name, 'rescan', { left, others: [], pendingReboot: [], updates: [] });
    const gate = stage.directed.gates.close(`${name}/rescan`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await run.update('abort', fields);
    await run.toldToStop(`${name}.corp.example`);
    gate.open();
    await run.result();
    expect(stage.directed.requestOf(name, 'verifyHost').runningServices).toEqual(['W32Time']);
  });
});

describe('a target that only a plan can let in', () => {
  test('is not retried: where it stands in the waves, and what it installs, no turn looks at again', async () => {
    const [kept, good] = [fresh(), fresh()];
    const gate = stage.directed.gates.close(`${good}/preflight`);
    const targets = [plannedTarget(kept), plannedTarget(good)];
    const guards: PatchPlan['guards'] = [
      {
        host: targets[0]?.host ?? '',
        guard: 'control-plane',
        verdict: 'refuse',
        failure: 'ControlPlane',
        reason: 'it carries the run',
      },
    ];
    const run = await stage.start(patchPlan({ targets, guards }));
    await gate.reached;
    const answer = await run.update('retryHost', { ...fields, host: kept });
    expect(answer).toMatchObject({ accepted: false, text: expect.stringContaining('start a new run') });
    gate.open();
    expect((await run.result()).ledger).toMatchObject({ skipped: 1, succeeded: 1 });
    expect(stage.directed.callsOf(kept)).toEqual([]);
  });
});
