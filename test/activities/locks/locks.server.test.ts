import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CancelledFailure } from '@temporalio/common';
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

/** A run whose turn is in work. */
async function openRun() {
  const id = randomUUID();
  const turnId = `target/host/${id}.corp.example`;
  const holdId = `group/${id}`;
  const run = await temporal.client.workflow.start('lockRun', {
    taskQueue: 'locks',
    workflowId: `run/${id}`,
    args: [turnId, holdId],
  });
  const turn = temporal.client.workflow.getHandle(turnId);
  await vi.waitFor(() => temporal.client.workflow.getHandle(holdId).describe(), { timeout: 20_000, interval: 50 });
  const { runId: turnRunId } = await turn.describe();
  return { run, turn, turnId, holdId, turnRunId };
}

const outcomes = [{ id: 'app01.corp.example', state: 'succeeded', reason: 'done' } as unknown as Outcome];

describe('who holds a lock', () => {
  it('is the run at the root, for a target and for a redundancy group, as long as it is in work', async () => {
    const { run, turn, turnId, holdId, turnRunId } = await openRun();
    const { workflowId: runId, firstExecutionRunId: parentKey } = run;
    expect(await activities().describeHolder({ workflowId: turnId })).toEqual({
      workflowId: turnId,
      executionRunId: turnRunId,
      runId,
      parentKey,
    });
    expect(await activities().describeHolder({ workflowId: holdId })).toMatchObject({ runId, parentKey: turnRunId });
    expect(await activities().describeHolder({ workflowId: runId })).toMatchObject({ runId, parentKey: '' });
    await turn.signal('end', outcomes);
    await run.result();
    expect(await activities().describeHolder({ workflowId: turnId })).toBeNull();
  });

  it('is also a turn that somebody has paused', async () => {
    const { run, turn, turnId, turnRunId: runId } = await openRun();
    const { namespace } = temporal;
    const paused = { namespace, workflowId: turnId, runId, requestId: randomUUID() };
    await temporal.client.workflowService.pauseWorkflowExecution(paused);
    expect(await activities().describeHolder({ workflowId: turnId })).toMatchObject({ executionRunId: runId });
    await Promise.all([run.terminate('a test'), turn.terminate('a test')]);
  });

  it('is the execution that started it, also when a later run was started under the same id', async () => {
    const { run, turn, turnId } = await openRun();
    await run.terminate('by hand');
    const later = await temporal.client.workflow.start('lockRun', {
      taskQueue: 'locks',
      workflowId: run.workflowId,
      args: [`${turnId}.later`, `group/${randomUUID()}`],
    });
    const found = await activities().describeHolder({ workflowId: turnId });
    expect(found).toMatchObject({ runId: run.workflowId, parentKey: run.firstExecutionRunId });
    await later.terminate('end of the test');
    await turn.terminate('end of the test');
  });

  it('is nobody for a lock that was never taken', async () => {
    const found = await activities().describeHolder({
      workflowId: `group/${randomUUID()}`,
    });
    expect(found).toBeNull();
  });
});

function follow(environment: MockActivityEnvironment, workflowId: string, executionRunId: string) {
  const request = { workflowId, executionRunId };
  return environment.run((one: typeof request) => activities().followTurn(one), request);
}

describe('following a turn', () => {
  it('ends with the outcomes of the turn', async () => {
    const { turn, turnId, turnRunId } = await openRun();
    const followed = follow(new MockActivityEnvironment(), turnId, turnRunId);
    await turn.signal('end', outcomes);
    expect(await followed).toEqual({ outcomes });
  });

  it('invents no outcome of a turn that was terminated', async () => {
    const { turn, turnId, turnRunId } = await openRun();
    const followed = follow(new MockActivityEnvironment(), turnId, turnRunId);
    await turn.terminate('by hand');
    expect(await followed).toEqual({ lost: 'by hand' });
  });

  it('stops when the activity is cancelled', async () => {
    const { turn, turnId, turnRunId } = await openRun();
    const environment = new MockActivityEnvironment();
    const followed = follow(environment, turnId, turnRunId);
    environment.cancel();
    await expect(followed).rejects.toBeInstanceOf(CancelledFailure);
    await turn.terminate('end of the test');
  });
});

function wait(environment: MockActivityEnvironment, workflowId: string, executionRunId: string, until: string) {
  const request = { workflowId, executionRunId, until };
  return environment.run((one: typeof request) => activities().awaitRelease(one), request);
}

describe('waiting for a lock', () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

  it.each(['ended', 'was terminated'])('is over when its holder %s', async (how) => {
    const { turn, turnId, turnRunId } = await openRun();
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 30 });
    const beats = new Promise<void>((resolve) => environment.once('heartbeat', () => resolve()));
    const waiting = wait(environment, turnId, turnRunId, inAnHour());
    await beats;
    await (how === 'ended' ? turn.signal('end', outcomes) : turn.terminate('by hand'));
    expect(await waiting).toBe(true);
  });

  it('is given up when its time is up', async () => {
    const { turn, turnId, turnRunId } = await openRun();
    const soon = new Date(Date.now() + 300).toISOString();
    expect(await wait(new MockActivityEnvironment(), turnId, turnRunId, soon)).toBe(false);
    await turn.terminate('end of the test');
  });

  it('stops when the activity is cancelled', async () => {
    const { turn, turnId, turnRunId } = await openRun();
    const environment = new MockActivityEnvironment();
    const waiting = wait(environment, turnId, turnRunId, inAnHour());
    environment.cancel();
    await expect(waiting).rejects.toBeInstanceOf(CancelledFailure);
    await turn.terminate('end of the test');
  });
});
