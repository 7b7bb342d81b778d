import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLockActivities } from '../../activities/locks/index.ts';
import { groupLockId, hostTurnId } from '../../model/ids.ts';
import type { Directed } from './stage/activities.ts';
import { patchPlan, plannedTarget, waveOf, type HostChange, type PlanChange } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { freshHost } from './stage/turn.ts';
import { until } from './stage/until.ts';

let stage: Stage;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };
/** Who a lock's holder is found to be, by the id of the lock. */
const holders = new Map<string, Directed['holder']>();
/** Locks of which the server says who holds them, and when they are released. */
const actual = new Set<string>();
/** Locks for which the time to wait is up at once. */
const late = new Set<string>();

beforeAll(async () => {
  stage = await openStage();
  const { holder, released } = stage.directed;
  const real = createLockActivities({ client: stage.temporal.client });
  stage.directed.holder = (request) => {
    if (actual.has(request.workflowId)) return real.describeHolder(request);
    return (holders.get(request.workflowId) ?? holder)(request);
  };
  stage.directed.released = (request) => {
    if (late.has(request.workflowId)) return Promise.resolve(false);
    return (actual.has(request.workflowId) ? real.awaitRelease : released)(request);
  };
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

describe.concurrent('a target that another run has in work', () => {
  /** A run over it, and what it says while it waits. */
  async function waiting(name: string, more: Partial<PlanChange> = {}) {
    const first = await inWork(name);
    actual.add(hostTurnId(first.target.id));
    const run = await stage.start(patchPlan({ targets: [first.target], ...more }));
    const holder = first.run.handle.workflowId;
    await until('it waits', async () => (await run.ledger()).some(({ reason }) => reason.includes(holder)));
    return { ...first, first: first.run, run };
  }

  test("is waited for, and has its turn then; meanwhile its place in the wave is another one's", async () => {
    const [name, other] = [freshHost(), freshHost()];
    const targets = [plannedTarget(name), plannedTarget(other)];
    const waves = [waveOf(targets, { concurrency: 1 })];
    const { run, first, gate, target } = await waiting(name, { targets, waves });
    await run.turnsEnded(other);
    expect(await run.entry(name)).toMatchObject({ state: 'not-started', progress: 'waiting', turns: 0 });
    const told = `${target.id} is in work in run ${first.handle.workflowId}. Skip it to go on without it.`;
    await until('it says for whom it waits', async () => (await run.status()).waiting === told);
    gate.open();
    expect((await run.result()).ledger.succeeded).toBe(2);
    expect(await run.entry(name)).toMatchObject({ state: 'succeeded', turns: 1 });
  });

  test('is left to the next window when its turn does not fit any more, and the reason names who had it', async () => {
    const name = freshHost();
    late.add(hostTurnId(`${name}.corp.example`));
    const { run, first, gate } = await waiting(name);
    expect((await run.result()).ledger['not-started']).toBe(1);
    const { reason } = await run.entry(name);
    expect(reason).toContain(`TargetBusy: it was in work in run ${first.handle.workflowId} until`);
    gate.open();
  });

  test.each([
    ['skipTarget', 'skipped'],
    ['abort', 'not-started'],
  ] as const)('is not waited for any more after %s', async (message, state) => {
    const name = freshHost();
    const { run, gate, target } = await waiting(name);
    await run.update(message, { ...fields, target: target.id });
    expect((await run.result()).ledger[state]).toBe(1);
    gate.open();
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
