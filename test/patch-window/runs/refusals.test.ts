import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { ScheduleOverlapPolicy, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InvalidInput, Problem } from '../../../model/problems.ts';
import { CONTROL_QUEUE } from '../../../model/queues.ts';
import type { DryRunResult, RunStatus } from '../../../model/run.ts';
import { windowInput } from './input.ts';
import { openRunStage, type RunStage } from './lab-stage.ts';

let stage: RunStage;
let host: string;
beforeAll(async () => {
  stage = await openRunStage({ workerWaitMs: 1_500, retryAttempts: 2 });
  host = stage.take();
});
afterAll(() => stage.close());

/** The failure of a run that must fail. */
async function failureOf(input: unknown): Promise<ApplicationFailure> {
  return await failureOfRun((await stage.start(input)).handle);
}

async function failureOfRun(handle: WorkflowHandle): Promise<ApplicationFailure> {
  const error: unknown = await handle.result().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause;
  throw new Error(`The run did not fail as it should: ${String(error)}`);
}

function problemsOf(failure: ApplicationFailure): Problem[] {
  const [detail] = (failure.details ?? []) as InvalidInput[];
  return detail?.problems ?? [];
}

describe('a run is refused before anything is touched', () => {
  test('with one failure and five problems for five wrong fields', async () => {
    const failure = await failureOf(
      windowInput(['app01x'], {
        change: 'soon',
        reason: '',
        window: { closes: 'late' },
        failureBudget: { count: 0 },
      }),
    );
    expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
    const problems = problemsOf(failure);
    expect(problems.map(({ path }) => path).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'change',
      'failureBudget.count',
      'reason',
      'targets.names[0]',
      'window.closes',
    ]);
    for (const { message, expected } of problems) {
      expect(expected).not.toBe('');
      expect(failure.message).toContain(message);
    }
  });

  test('for a host that the inventory does not have, with the names that are meant', async () => {
    const [problem] = problemsOf(await failureOf(windowInput(['app1'])));
    expect(problem).toMatchObject({ path: 'targets.names[0]', expected: expect.stringContaining('app') });
  });

  test('for a selection that is empty', async () => {
    const targets = { names: [host], exclude: { names: [host] } };
    const failure = await failureOf(windowInput([host], { targets }));
    expect(problemsOf(failure)).toEqual([expect.objectContaining({ path: 'targets' })]);
  });

  test('when guards speak against every target, with each reason', async () => {
    stage.plant.change(host, { pendingReboot: ['windows-update'] });
    const failure = await failureOf(windowInput([host]));
    expect(failure.type).toBe('PlanRefused');
    expect(problemsOf(failure)).toEqual([
      expect.objectContaining({ path: host, message: expect.stringContaining('waits for a reboot') }),
    ]);
  });

  test('whose worker comes after the end of the window, though the next such time is tomorrow', async () => {
    const { workflow } = stage.lab.client;
    const handle = await workflow.start('patchWindow', {
      taskQueue: CONTROL_QUEUE,
      workflowId: `patch-window/CHG0012345/${randomUUID()}`,
      args: [windowInput([host], { window: { closes: '+0.01m' } })],
      // The server hands the first task out after that, as it does where no worker asks for it before.
      startDelay: '1s',
    });
    const failure = await failureOfRun(handle);
    const { startTime } = await handle.describe();
    expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
    const [problem] = problemsOf(failure);
    expect(problem?.path).toBe('window.closes');
    const [, closedAt = '', readAgainst = ''] =
      /closed at (\S+) \(\+0\.01m, read against (\S+), when/.exec(problem?.message ?? '') ?? [];
    expect([Date.parse(closedAt), Date.parse(readAgainst)]).toEqual([startTime.getTime() + 600, startTime.getTime()]);
    expect(await handle.query<RunStatus>('status')).toMatchObject({ phase: 'closed', outcome: 'rejected' });
  });

  test('that its schedule meant for a window of the day before', async () => {
    const { schedule, workflow } = stage.lab.client;
    const action = {
      type: 'startWorkflow' as const,
      workflowType: 'patchWindow',
      taskQueue: CONTROL_QUEUE,
      workflowId: 'patch-window/CHG0012345/scheduled',
      args: [windowInput([host], { window: { closes: '06:30', timeZone: 'UTC' } })],
    };
    const monthly = await schedule.create({
      scheduleId: 'patch-window-scheduled',
      spec: { calendars: [{ hour: 6 }] },
      state: { paused: true },
      action,
    });
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await monthly.backfill({
      start: new Date(`${day}T05:00:00Z`),
      end: new Date(`${day}T07:00:00Z`),
      overlap: ScheduleOverlapPolicy.ALLOW_ALL,
    });
    const started = async () => (await monthly.describe()).info.recentActions[0]?.action.workflow;
    await expect.poll(started, { timeout: 20_000 }).toBeDefined();
    const failure = await failureOfRun(workflow.getHandle((await started())?.workflowId ?? ''));
    expect(failure.message).toContain(`closed at ${day}T06:30:00Z (06:30, read against ${day}T06:00:00.000Z`);
    await monthly.delete();
  });

  test('and has left nothing in the journal of the plant', () => {
    expect(stage.plant.journal().filter(({ key }) => key !== '')).toEqual([]);
  });
});

describe('a dry run', () => {
  test('returns the frozen plan and touches nothing', async () => {
    const target = stage.take();
    const run = await stage.start(windowInput([target], { dryRun: true }));
    expect(await run.handle.result()).toMatchObject({
      dryRun: true,
      targets: 1,
      plan: { material: { targets: [{ id: target, own: { updates: [expect.anything(), expect.anything()] } }] } },
    });
    expect(stage.plant.journal().filter(({ key }) => key.includes(target))).toEqual([]);
  });
});

describe('a run that is reset', () => {
  test('reads its window against its first start', async () => {
    const { client, namespace } = stage.lab;
    const { handle } = await stage.start(windowInput([host], { finishPendingReboot: true, dryRun: true }));
    const { workflowId } = handle;
    const closesAt = async (run: WorkflowHandle) =>
      ((await run.result()) as DryRunResult).plan.material.window.closesAt;
    const before = await closesAt(handle);
    const { events } = await handle.fetchHistory();
    const first = events?.find(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes);
    await client.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId },
      reason: 'a test resets it',
      requestId: workflowId,
      workflowTaskFinishEventId: first?.eventId ?? null,
    });
    expect(await closesAt(client.workflow.getHandle(workflowId))).toBe(before);
  });
});

describe('a site without a worker', () => {
  test('has unreachable hosts, found within the wait for a worker; the other site is patched', async () => {
    const { inventory } = stage.lab.organisation;
    const near = stage.take();
    const far = stage.take();
    const entry = inventory.hosts.find(({ name }) => name === far);
    if (entry === undefined) throw new Error(`${far} is not in the inventory`);
    // A site that came into the configuration after the workers were started: nobody serves its queue.
    stage.lab.organisation.sites.push({ name: 'sydhavn', title: 'New site', timeZone: 'Europe/Copenhagen' });
    entry.site = 'sydhavn';
    const site = ['nordhavn', 'vestby', 'sydhavn'];
    const run = await stage.start(windowInput([near, far], { site }));
    const result = await run.result();
    expect(await run.entry(near)).toMatchObject({ state: 'succeeded' });
    const refused = await run.entry(far);
    expect(refused?.state).toBe('unreachable');
    expect(refused?.reason).toContain('No worker of the site');
    expect(result).toMatchObject({ outcome: 'partly', ledger: { succeeded: 1, unreachable: 1 } });
  });
});
