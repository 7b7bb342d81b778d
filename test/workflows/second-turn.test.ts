import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostTurnId } from '../../model/ids.ts';
import type { PatchPlan } from '../../model/patch-window/plan.ts';
import type { RunResult } from '../../model/run.ts';
import { healthy, idle } from './stage/activities.ts';
import { patchPlan, plannedTarget } from './stage/plan.ts';
import { openStage, type Run, type Stage } from './stage/stage.ts';
import { freshHost, pausedAfterTurn } from './stage/turn.ts';

let stage: Stage;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };
const down = { ...healthy, servicesDown: [{ name: 'W32Time', state: 'Stopped', startType: 'Automatic' }] };

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

async function retried(run: Run, name: string): Promise<void> {
  await run.update('retryTarget', { ...fields, target: name });
  await run.update('resume', fields);
  await run.result();
}

describe.concurrent('the second turn of a target', () => {
  test('wants the services running that ran before the first, not those that the first left running', async () => {
    const name = freshHost();
    stage.directed.order(name, 'verifyHost', down, down, 'good');
    const run = await pausedAfterTurn(stage, name);
    stage.directed.order(name, 'preflight', { ...idle, runningServices: ['LanmanServer'] });
    await retried(run, name);
    const { runningServices } = stage.directed.requestOf(name, 'verifyHost');
    expect(runningServices.toSorted()).toEqual(['LanmanServer', 'W32Time']);
  });

  test('may finish the reboot that the first left pending, unless the input says never', async () => {
    const [allowed, never] = [freshHost(), freshHost()];
    for (const name of [allowed, never]) stage.directed.order(name, 'followInstall', 'InstallTimeout', 'good');
    await retried(await pausedAfterTurn(stage, allowed), allowed);
    expect(stage.directed.requestOf(allowed, 'preflight').finishPendingReboot).toBe(true);
    await retried(await pausedAfterTurn(stage, never, { reboot: 'never' }), never);
    expect(stage.directed.requestOf(never, 'preflight').finishPendingReboot).toBe(false);
  });
});

/** Resets a run to the moment before its last turn was started; what it was told before that counts on. */
async function resetBeforeLastTurn({ handle }: Run): Promise<void> {
  const { client, namespace } = stage.temporal;
  const { events } = await handle.fetchHistory();
  const started = events?.flatMap((event) => event.startChildWorkflowExecutionInitiatedEventAttributes ?? []).at(-1);
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: handle.workflowId, runId: handle.firstExecutionRunId },
    reason: 'a test resets it',
    requestId: handle.workflowId,
    workflowTaskFinishEventId: started?.workflowTaskCompletedEventId ?? null,
  });
}

describe.concurrent('a second turn that is followed after a reset, and is terminated', () => {
  test('leaves on record what the first left on: maintenance mode and snapshot are handed over', async () => {
    const name = freshHost();
    const { followTurn } = stage.directed.locks;
    const following = new Promise<void>((resolve) => {
      stage.directed.locks.followTurn = (request) => {
        resolve();
        return followTurn(request);
      };
    });
    stage.directed.order(name, 'verifyHost', down);
    const run = await pausedAfterTurn(stage, name);
    const before = (await run.entry(name)).outcome?.own;
    expect(before).toMatchObject({ maintenance: { endpoint: 'scom01' }, snapshot: { name: 'fettle-1' } });

    const gate = stage.directed.gates.close(`${name}/preflight`);
    await run.handle.signal('retryTarget', { ...fields, target: name });
    await run.handle.signal('resume', fields);
    await gate.reached;
    await resetBeforeLastTurn(run);
    await following;
    await stage.temporal.client.workflow.getHandle(hostTurnId(`${name}.corp.example`)).terminate('a test');
    gate.open();
    const result = (await stage.temporal.client.workflow.getHandle(run.handle.workflowId).result()) as RunResult;

    expect(await run.entry(name)).toMatchObject({ state: 'unknown', turns: 2, outcome: { turn: 2, own: before } });
    expect(result.handover.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['open-question', 'maintenance-on', 'snapshot-alive']),
    );
  });
});

describe.concurrent('a turn that is stopped after its reboot', () => {
  test('is looked at for the services that ran before', async () => {
    const name = freshHost();
    const left = [{ ...plannedTarget(name).own.updates[0], id: 'another' }];
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

describe.concurrent('a target that only a plan can let in', () => {
  test('is not retried: where it stands in the waves, and what it installs, no turn looks at again', async () => {
    const [kept, good] = [freshHost(), freshHost()];
    const gate = stage.directed.gates.close(`${good}/preflight`);
    const targets = [plannedTarget(kept), plannedTarget(good)];
    const guards: PatchPlan['guards'] = [
      {
        target: targets[0]?.id ?? '',
        guard: 'control-plane',
        verdict: 'refuse',
        failure: 'ControlPlane',
        reason: 'it carries the run',
        needsNewPlan: true,
      },
    ];
    const run = await stage.start(patchPlan({ targets, guards }));
    await gate.reached;
    const answer = await run.update('retryTarget', { ...fields, target: kept });
    expect(answer).toMatchObject({ accepted: false, text: expect.stringContaining('start a new run') });
    gate.open();
    expect((await run.result()).ledger).toMatchObject({ skipped: 1, succeeded: 1 });
    expect(stage.directed.callsOf(kept)).toEqual([]);
  });
});
