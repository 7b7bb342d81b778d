import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupLockId, hostTurnId } from '../../model/ids.ts';
import type { Directed } from './stage/activities.ts';
import { patchPlan, plannedTarget, type HostChange } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { freshHost } from './stage/turn.ts';

let stage: Stage;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };
/** Who a lock's holder is found to be, by the id of the lock. */
const holders = new Map<string, Directed['holder']>();

beforeAll(async () => {
  stage = await openStage();
  const { holder } = stage.directed;
  stage.directed.holder = (request) => (holders.get(request.workflowId) ?? holder)(request);
});
afterAll(() => stage.close());

/** A run whose only target is in work, held before its installation. */
async function inWork(name: string, change: HostChange = {}) {
  const gate = stage.directed.gates.close(`${name}/startInstall`);
  const target = plannedTarget(name, change);
  const run = await stage.start(patchPlan({ targets: [target] }));
  await gate.reached;
  return { gate, target, run };
}

describe.concurrent('a lock', () => {
  test('of a target whose holder ends while it is looked up is taken, not refused', async () => {
    const name = freshHost();
    const first = await inWork(name);
    const turn = stage.temporal.client.workflow.getHandle(hostTurnId(first.target.id));
    holders.set(turn.workflowId, async () => {
      await turn.terminate('a test');
      first.gate.open();
      return null;
    });
    const second = await stage.start(patchPlan({ targets: [first.target] }));
    expect((await second.result()).ledger.succeeded).toBe(1);
  });

  test('of a redundancy group whose holder ends while it is looked up is taken, not refused', async () => {
    const [one, other] = [freshHost(), freshHost()];
    const group = { exclusive: [groupLockId(one)] };
    const first = await inWork(one, group);
    const hold = stage.temporal.client.workflow.getHandle(groupLockId(one));
    holders.set(hold.workflowId, async () => {
      await hold.terminate('a test');
      return null;
    });
    const second = await stage.start(patchPlan({ targets: [plannedTarget(other, group)] }));
    expect((await second.result()).ledger.succeeded).toBe(1);
    first.gate.open();
    expect((await first.run.result()).ledger.succeeded).toBe(1);
  });

  test('of a group that was broken from outside leaves the outcome of its turn as it is', async () => {
    const name = freshHost();
    const { gate, run } = await inWork(name, { exclusive: [groupLockId(name)] });
    await stage.temporal.client.workflow.getHandle(groupLockId(name)).terminate('a test');
    gate.open();
    expect((await run.result()).ledger.succeeded).toBe(1);
  });
});

describe.concurrent('a turn from before a reset', () => {
  test('is followed, and stops at its safe point when the run is aborted', async () => {
    const name = freshHost();
    const first = await inWork(name);
    const turn = stage.temporal.client.workflow.getHandle(hostTurnId(first.target.id));
    const { runId: executionRunId } = await turn.describe();
    let tell = (_parentKey: string): void => undefined;
    const parent = new Promise<string>((resolve) => (tell = resolve));
    stage.directed.followed = async () => ({ outcomes: await turn.result() });
    const met = new Promise<void>((resolve) => {
      holders.set(turn.workflowId, async ({ workflowId }) => {
        const parentKey = await parent;
        resolve();
        return { workflowId, executionRunId, runId: 'this run', parentKey };
      });
    });
    const second = await stage.start(patchPlan({ targets: [first.target] }));
    tell(second.handle.firstExecutionRunId);
    await met;
    await second.update('abort', fields);
    await second.toldToStop(first.target.id);
    first.gate.open();
    expect(await second.result()).toMatchObject({ outcome: 'aborted', ledger: { failed: 1 } });
  });
});

describe.concurrent('a turn', () => {
  test('takes any message for a stop, and is not stuck on one', async () => {
    const name = freshHost();
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const target = plannedTarget(name);
    const run = await stage.start(patchPlan({ targets: [target] }));
    await gate.reached;
    await stage.temporal.client.workflow
      .getHandle(hostTurnId(target.id))
      .signal('stopTurn', { reason: { toString: 'no function' } });
    await run.toldToStop(target.id);
    gate.open();
    expect((await run.result()).ledger.skipped).toBe(1);
  });
});
