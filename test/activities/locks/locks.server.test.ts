import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLockActivities } from '../../../activities/locks/index.ts';
import type { LabTemporal } from '../../../lab/temporal/connect.ts';
import type { Outcome } from '../../../model/turn.ts';
import { ownNamespace } from '../../own-namespace.ts';

let temporal: LabTemporal;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  temporal = await ownNamespace();
  worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue: 'locks',
    workflowsPath: fileURLToPath(new URL('./lock-workflows.ts', import.meta.url)),
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await temporal.close();
});

function activities() {
  return createLockActivities({ client: temporal.client });
}

/** A run whose turn is in work, and says that it holds a lock. */
async function openRun() {
  const id = randomUUID();
  const turnId = `target/host/${id}.corp.example`;
  const lock = `datastore/vcenter01/"${id}" \\ (fast)`;
  const run = await temporal.client.workflow.start('lockRun', {
    taskQueue: 'locks',
    workflowId: `run/${id}`,
    args: [turnId, lock],
  });
  const turn = temporal.client.workflow.getHandle(turnId);
  const described = await vi.waitFor(
    async () => {
      const found = await turn.describe();
      expect(found.searchAttributes['FettleLocks']).toEqual([lock]);
      return found;
    },
    { timeout: 20_000, interval: 50 },
  );
  const { runId: executionRunId } = described;
  const held = { workflowId: turnId, firstRunId: executionRunId, executionRunId, lock, pollMs: 50 };
  return { run, turn, lock, held };
}

const outcomes = [{ id: 'app01.corp.example', state: 'succeeded', reason: 'done' } as unknown as Outcome];

/** What a look answers, or `NotOver`. */
async function lookOf<R>(look: () => Promise<R>): Promise<R | string | null | undefined> {
  try {
    return (await new MockActivityEnvironment().run(look)) as R;
  } catch (error) {
    if (error instanceof ApplicationFailure && error.nextRetryDelay === 50) return error.type;
    throw error;
  }
}

describe('who has a target in work', () => {
  it('is the run at the root, as long as the turn is in work', async () => {
    const { run, turn, held } = await openRun();
    const { workflowId: runId, firstExecutionRunId: parentKey } = run;
    const { workflowId, firstRunId, executionRunId } = held;
    const holder = { workflowId, firstRunId, executionRunId, runId, parentKey };
    expect(await activities().describeHolder({ workflowId })).toEqual(holder);
    expect(await activities().describeHolder({ workflowId: runId })).toMatchObject({ runId, parentKey: '' });
    await turn.signal('end', outcomes);
    await run.result();
    expect(await activities().describeHolder({ workflowId })).toBeNull();
  });

  it('is the execution that started it, also when a later run was started under the same id', async () => {
    const { run, turn, held } = await openRun();
    await run.terminate('by hand');
    const later = await temporal.client.workflow.start('lockRun', {
      taskQueue: 'locks',
      workflowId: run.workflowId,
      args: [`${held.workflowId}.later`, `group/${randomUUID()}`],
    });
    const found = await activities().describeHolder(held);
    expect(found).toMatchObject({ runId: run.workflowId, parentKey: run.firstExecutionRunId });
    await later.terminate('end of the test');
    await turn.terminate('end of the test');
  });

  it('is nobody where no turn ever was', async () => {
    expect(await activities().describeHolder({ workflowId: `target/host/${randomUUID()}` })).toBeNull();
  });
});

describe('following a turn', () => {
  it('looks again while it is in work, and ends with its outcomes', async () => {
    const { turn, held } = await openRun();
    const follow = () => lookOf(() => activities().followTurn(held));
    expect(await follow()).toBe('NotOver');
    await turn.signal('end', outcomes);
    await turn.result();
    expect(await follow()).toEqual({ outcomes });
  });

  it('invents no outcome of a turn that was terminated', async () => {
    const { turn, held } = await openRun();
    await turn.terminate('by hand');
    expect(await lookOf(() => activities().followTurn(held))).toEqual({ lost: 'by hand' });
  });
});

describe('a holder', () => {
  const look = (held: Parameters<ReturnType<typeof activities>['awaitRelease']>[0]) =>
    lookOf(() => activities().awaitRelease(held));

  it('holds a lock as long as it says so, and a target as long as it is open', async () => {
    const { turn, held } = await openRun();
    expect([await look(held), await look({ ...held, lock: null })]).toEqual(['NotOver', 'NotOver']);
    await turn.signal('done');
    await vi.waitFor(async () => expect(await look(held)).toBe('released'), { timeout: 20_000, interval: 50 });
    expect(await look({ ...held, lock: null })).toBe('NotOver');
    await turn.signal('end', outcomes);
    await turn.result();
    expect([await look(held), await look({ ...held, lock: null })]).toEqual(['released', 'released']);
  });

  it('holds it still while it is paused', async () => {
    const { run, turn, held } = await openRun();
    const paused = { workflowId: held.workflowId, runId: held.executionRunId };
    const { namespace, client } = temporal;
    await client.workflowService.pauseWorkflowExecution({ ...paused, namespace, requestId: randomUUID() });
    expect([await look(held), await look({ ...held, lock: null })]).toEqual(['NotOver', 'NotOver']);
    expect(await activities().describeHolder(held)).toMatchObject({ executionRunId: held.executionRunId });
    await Promise.all([run.terminate('a test'), turn.terminate('a test')]);
  });

  it('that ends without saying that it is done leaves the lock in doubt, also when another turn has its id by then', async () => {
    const { turn, held } = await openRun();
    await turn.terminate('by hand');
    expect([await look(held), await look({ ...held, lock: null })]).toEqual(['ended', 'released']);
    const later = await temporal.client.workflow.start('lockTurn', {
      taskQueue: 'locks',
      workflowId: held.workflowId,
      args: ['another lock'],
    });
    expect(await look(held)).toBe('ended');
    await later.terminate('end of the test');
  });

  it('is found by a lock that begins anew, whatever signs its name has, with the claim that it tells itself', async () => {
    const { turn, held } = await openRun();
    const find = () => activities().holdersOf({ lock: held.lock });
    await vi.waitFor(async () => expect(await find()).toHaveLength(1), { timeout: 20_000, interval: 50 });
    expect(await find()).toEqual([{ key: 'as it says itself' }]);
    await turn.signal('end', outcomes);
    await turn.result();
    expect(await find()).toEqual([]);
  });
});

describe('waiting in line', () => {
  it('is over where the lock is not open: whoever waited asks again', async () => {
    const asked = { lock: `group/${randomUUID()}`, key: 'k', workflowId: 'target/host/a', inDoubt: false, pollMs: 50 };
    expect(await lookOf(() => activities().awaitLock(asked))).toBeNull();
  });
});
