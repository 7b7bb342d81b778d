import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostTurnId } from '../../model/ids.ts';
import { groupLockId, type LockState } from '../../model/locks.ts';
import { otherScripts } from './stage/activities.ts';
import { patchPlan, plannedTarget, waveOf, type HostChange, type PlanChange } from './stage/plan.ts';
import { openStage, type Run, type Stage } from './stage/stage.ts';
import { freshHost } from './stage/turn.ts';
import { until } from './stage/until.ts';

let stage: Stage;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };
/** Called before a lock activity of the server is asked, by the id that it is about. */
const before = new Map<string, () => Promise<unknown>>();

/** Turns and locks for which the time to wait is up. */
const late = new Set<string>();
/** How often a holder was looked at, by the id of its turn. */
const seen = new Map<string, number>();

beforeAll(async () => {
  stage = await openStage();
  const { describeHolder, awaitLock, awaitRelease } = stage.directed.locks;
  stage.directed.locks.awaitLock = async (request) => {
    if (late.has(request.lock)) throw tooLate();
    return await awaitLock(request);
  };
  stage.directed.locks.awaitRelease = async (request) => {
    if (late.has(request.workflowId)) throw tooLate();
    seen.set(request.workflowId, (seen.get(request.workflowId) ?? 0) + 1);
    return await awaitRelease(request);
  };
  stage.directed.locks.describeHolder = async (request) => {
    const answered = await before.get(request.workflowId)?.();
    return answered === undefined ? await describeHolder(request) : null;
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

function turnOf(name: string): WorkflowHandle {
  return stage.temporal.client.workflow.getHandle(hostTurnId(`${name}.corp.example`));
}

/** Ends a wait as the server does when its time is up: no further look, and no result. */
function tooLate(): Error {
  return ApplicationFailure.nonRetryable('the time to wait is up', 'StateUnknown');
}

/** Until the run says of a target that it waits for another run, or has waited too long. */
async function untilItWaits(run: Run, name: string): Promise<void> {
  await until(`${name} waits`, async () =>
    (await run.ledger()).some(({ id, reason }) => id.startsWith(`${name}.`) && /another run|Busy/.test(reason)),
  );
}

describe.concurrent('a target that another run has in work', () => {
  /** A run over it, and what it says while it waits. */
  async function waiting(name: string, more: Partial<PlanChange> = {}) {
    const { run: first, ...held } = await inWork(name);
    const run = await stage.start(patchPlan({ targets: [held.target], ...more }));
    await untilItWaits(run, name);
    return { ...held, first, run };
  }

  test('and which is released while its holder is looked up is taken, not refused', async () => {
    const name = freshHost();
    const first = await inWork(name);
    const turn = turnOf(name);
    before.set(turn.workflowId, async () => {
      await turn.terminate('a test');
      first.gate.open();
      return null;
    });
    const second = await stage.start(patchPlan({ targets: [first.target] }));
    expect((await second.result()).ledger.succeeded).toBe(1);
  });

  test("is waited for, and has its turn then; meanwhile its place in the wave is another one's", async () => {
    const [name, other] = [freshHost(), freshHost()];
    const targets = [plannedTarget(name), plannedTarget(other)];
    const waves = [waveOf(targets, { concurrency: 1 })];
    const { run, first, gate, target } = await waiting(name, { targets, waves });
    await run.turnsEnded(other);
    expect(await run.entry(name)).toMatchObject({ state: 'not-started', progress: 'waiting', turns: 0 });
    const told = `${target.id} waits for another run: in work in run ${first.handle.workflowId}. Skip it to go on without it.`;
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
    expect(reason).toContain(`TargetBusy: in work in run ${first.handle.workflowId}, until its turn did not fit`);
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

  test('is held also by a turn that somebody has paused', async () => {
    const name = freshHost();
    const { run, gate } = await waiting(name);
    const { namespace, client } = stage.temporal;
    const { runId } = await turnOf(name).describe();
    const one = { namespace, workflowId: turnOf(name).workflowId, runId };
    await client.workflowService.pauseWorkflowExecution({ ...one, requestId: randomUUID() });
    gate.open();
    await looks(turnOf(name).workflowId);
    expect((await run.entry(name)).progress).toBe('waiting');
    await client.workflowService.unpauseWorkflowExecution({ ...one, requestId: randomUUID() });
    expect((await run.result()).ledger.succeeded).toBe(1);
  });
});

/** Three more looks at a holder, after which whatever they show was acted on. */
async function looks(workflowId: string): Promise<void> {
  const from = seen.get(workflowId) ?? 0;
  await until('it is looked at', async () => (seen.get(workflowId) ?? 0) > from + 2);
}

describe.concurrent('the lock of a redundancy group', () => {
  /** Two members: one in work in a run, and a run over the other that waits for it. */
  async function members(more: Partial<PlanChange> = {}, one = freshHost()) {
    const other = freshHost();
    const group = groupLockId(one);
    const first = await inWork(one, { exclusive: [group] });
    const target = plannedTarget(other, { exclusive: [group] });
    const run = await stage.start(patchPlan({ ...more, targets: [target, ...(more.targets ?? [])] }));
    await untilItWaits(run, other);
    return { one, other, lock: stage.temporal.client.workflow.getHandle(group), first, run, target };
  }

  test("is waited for, and its place in the wave is another one's meanwhile; then the turn comes", async () => {
    const third = freshHost();
    const { one, other, lock, first, run } = await members({ targets: [plannedTarget(third)] });
    await run.turnsEnded(third);
    const { reason } = await run.entry(other);
    const details = await lock.query<string>('__temporal_workflow_metadata').then((told) => JSON.stringify(told));
    expect(details).toMatch(new RegExp(`held by.*${one}.*In line.*${other}`));
    expect(reason).toBe(
      `Waits for another run: redundancy group ${one} is held by run ${first.run.handle.workflowId}.`,
    );
    expect(stage.directed.callsOf(other)).toEqual([]);
    first.gate.open();
    expect((await run.result()).ledger.succeeded).toBe(2);
    expect((await first.run.result()).ledger.succeeded).toBe(1);
    expect(await run.entry(other)).toMatchObject({ state: 'succeeded', turns: 1 });
  });

  test('does not open for a release that somebody sends, a request that somebody makes up, or a cancel', async () => {
    const { other, lock, first, run } = await members();
    for (let sent = 0; sent < 3; sent += 1) await lock.signal('release');
    const [firstRunId, executionRunId] = [randomUUID(), randomUUID()];
    const made = { key: 'x', workflowId: 'x', firstRunId, executionRunId, runId: 'x', limits: null, after: null };
    await lock.executeUpdate('ask', { args: [{ claim: made, letIn: null }] });
    const broken = [{ key: 1 }, { ...made, firstRunId: 'x' }, { ...made, limits: { pollMs: 'x' } }];
    for (const claim of broken)
      await expect(lock.executeUpdate('ask', { args: [{ claim, letIn: null }] })).rejects.toThrow('Update failed');
    await lock.cancel();
    await looks(hostTurnId(first.target.id));
    expect(stage.directed.callsOf(other)).toEqual([]);
    first.gate.open();
    expect((await run.result()).ledger.succeeded).toBe(1);
  });

  test.each([
    ['skipTarget', 'skipped'],
    ['abort', 'not-started'],
  ] as const)('is not waited for any more after %s', async (message, state) => {
    const { run, first, target, lock } = await members();
    await run.update(message, { ...fields, target: target.id });
    expect((await run.result()).ledger[state]).toBe(1);
    await until('its place in line is free', async () => (await lock.query<LockState>('line')).line.length === 0);
    first.gate.open();
  });

  test('that does not come before the window closes leaves the target to the next one, and the reason names who had it', async () => {
    const one = freshHost();
    late.add(groupLockId(one));
    const { run, other, first } = await members({}, one);
    expect((await run.result()).ledger['not-started']).toBe(1);
    expect((await run.entry(other)).reason).toContain(`LockBusy: redundancy group`);
    first.gate.open();
  });

  test('that somebody terminates begins anew with who has it: its turn goes on, and the other member waits', async () => {
    const { other, lock, first, run } = await members();
    await lock.terminate('a test');
    await looks(hostTurnId(first.target.id));
    expect(stage.directed.callsOf(other)).toEqual([]);
    first.gate.open();
    expect((await first.run.result()).ledger.succeeded).toBe(1);
    expect((await run.result()).ledger.succeeded).toBe(1);
  });

  test('goes to the other member after a turn was terminated, once nothing of that turn is at work', async () => {
    const { one, other, first, run } = await members();
    const looking = stage.directed.gates.close(`${one}/lookAfter`);
    await turnOf(one).terminate('a test');
    await looking.reached;
    expect(stage.directed.callsOf(other)).toEqual([]);
    looking.open();
    first.gate.open();
    expect((await run.result()).ledger.succeeded).toBe(1);
    expect((await first.run.result()).ledger.unknown).toBe(1);
  });

  test.each([
    ['resume', { succeeded: 1 }],
    ['skipTarget', { skipped: 1 }],
  ] as const)(
    'is in doubt where that look finds more: the run pauses, and goes on after %s',
    async (answer, ledger) => {
      const { one, other, first, run, target } = await members();
      stage.directed.order(one, 'lookAfter', { unfit: [`${one}: service NTDS is Stopped`] });
      await turnOf(one).terminate('a test');
      await until('it asks', async () => (await run.status()).phase === 'paused');
      const { waiting, notes } = await run.status();
      expect(waiting).toMatch(
        /in doubt.*ended without saying that it was done.*NTDS is Stopped.*resume the run, or skip the target/,
      );
      expect(notes.map(({ text }) => text).join()).toContain('The run has paused itself');
      expect(stage.directed.callsOf(other)).toEqual([]);
      await run.update(answer, { ...fields, target: target.id });
      if (answer === 'skipTarget') await run.update('resume', fields);
      expect((await run.result()).ledger).toMatchObject(ledger);
      first.gate.open();
    },
  );

  test('is left behind by no turn that was reset', async () => {
    const { one, first, run, lock } = await members();
    const { client, namespace } = stage.temporal;
    const { events = [] } = await turnOf(one).fetchHistory();
    const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    const { runId } = await turnOf(one).describe();
    await client.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId: turnOf(one).workflowId, runId },
      reason: 'a test resets it',
      requestId: randomUUID(),
      workflowTaskFinishEventId: firstTask?.eventId ?? null,
    });
    first.gate.open();
    expect((await run.result()).ledger.succeeded).toBe(1);
    await until('the lock is free', async () => (await lock.describe()).closeTime !== undefined);
  });

  test('that does not answer keeps nobody from an abort', async () => {
    const { first, lock } = await members();
    const { namespace, client } = stage.temporal;
    const { runId } = await lock.describe();
    const paused = { namespace, workflowId: lock.workflowId, runId };
    await client.workflowService.pauseWorkflowExecution({ ...paused, requestId: randomUUID() });
    const third = await stage.start(
      patchPlan({ targets: [plannedTarget(freshHost(), { exclusive: [lock.workflowId] })] }),
    );
    await until('its turn asks', async () => (await third.status()).inWork.length === 1);
    await third.update('abort', fields);
    expect((await third.result()).ledger['not-started']).toBe(1);
    await client.workflowService.unpauseWorkflowExecution({ ...paused, requestId: randomUUID() });
    first.gate.open();
    expect((await first.run.result()).ledger.succeeded).toBe(1);
  });

  test('is in doubt after a turn that was held up in mid-reboot: its host is looked at before another member is touched', async () => {
    const [one, other] = [freshHost(), freshHost()];
    const group = { exclusive: [groupLockId(one)] };
    stage.directed.order(one, 'awaitRestart', otherScripts({ 'Get-HostState.ps1': 'c0ffee' }));
    const first = await stage.start(patchPlan({ targets: [plannedTarget(one, group)] }));
    await until('it asks', async () => (await first.status()).phase === 'paused');
    const second = await stage.start(patchPlan({ targets: [plannedTarget(other, group)] }));
    expect((await second.result()).ledger.succeeded).toBe(1);
    expect(stage.directed.callsOf(one)).toContain('lookAfter');
    await first.update('abort', fields);
    await first.result();
  });

  test('is waited for by a retry also when the budget is spent', async () => {
    const [failing, other, holding] = [freshHost(), freshHost(), freshHost()];
    const group = { exclusive: [groupLockId(failing)] };
    stage.directed.order(failing, 'preflight', 'ScriptFailed', 'good');
    const gate = stage.directed.gates.close(`${other}/preflight`);
    const targets = [plannedTarget(failing, group), plannedTarget(other)];
    const run = await stage.start(patchPlan({ targets, material: { failureBudget: 1 } }));
    await gate.reached;
    await run.turnsEnded(failing);
    const holder = await inWork(holding, group);
    await run.update('retryTarget', { ...fields, target: `${failing}.corp.example` });
    await untilItWaits(run, failing);
    gate.open();
    await run.turnsEnded(other);
    holder.gate.open();
    expect((await run.result()).ledger.succeeded).toBe(2);
  });

  test('that another turn has by some mistake stops a turn before it installs', async () => {
    const name = freshHost();
    const { askLock } = stage.directed.locks;
    let asked = 0;
    stage.directed.locks.askLock = async (request) => {
      if (request.lock !== groupLockId(name) || (asked += 1) === 1) return await askLock(request);
      return { granted: false, heldBy: 'another run', inDoubt: false, doubt: null };
    };
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name, { exclusive: [groupLockId(name)] })] }));
    expect((await run.result()).ledger.skipped).toBe(1);
    expect(stage.directed.callsOf(name)).not.toContain('startInstall');
    expect((await run.entry(name)).reason).toContain(`run another run has redundancy group ${name} now`);
  });
});

describe.concurrent('a turn from before a reset', () => {
  test('is followed, and stops at its safe point when the run is aborted', async () => {
    const name = freshHost();
    const first = await inWork(name);
    const { describeHolder } = stage.directed.locks;
    let tell = (_parentKey: string): void => undefined;
    const parent = new Promise<string>((resolve) => (tell = resolve));
    const met = new Promise<void>((resolve) => {
      stage.directed.locks.describeHolder = async (request) => {
        const holder = await describeHolder(request);
        if (holder === null || request.workflowId !== hostTurnId(first.target.id)) return holder;
        const parentKey = await parent;
        resolve();
        return { ...holder, parentKey };
      };
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
