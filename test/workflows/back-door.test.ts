import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PatchTurnInput } from '../../model/patch-window/turn.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import { patchPlan, plannedTarget } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { until } from './stage/until.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A workflow that somebody starts, under an id that nobody has. */
const started = (workflowType: string, args: unknown[]) => ({
  workflowType,
  args,
  taskQueue: CONTROL_QUEUE,
  workflowId: `by-hand/${randomUUID()}`,
});

/** The input that a run would give to the turn of a host, all of it right. */
function wholeInput(): PatchTurnInput {
  const target = plannedTarget('bck001');
  const { window, limits, own } = patchPlan({ targets: [target] }).material;
  const run = { runId: 'patch-window/CHG0012345/x', runKey: 'x', change: 'CHG0012345', reason: 'by hand' };
  const targets = [{ target, turn: 1, before: null }];
  const bound = { scripts: {}, letIn: { scripts: {}, locks: {} } };
  return { run, stage: 'patch', targets, closesAt: window.closesAt, limits, ...bound, own };
}

/** What an earlier execution would have handed on, made up. */
function madeUpState(): unknown {
  const plan = patchPlan({ targets: [plannedTarget('bck002')] });
  const rest = {
    openedAt: new Date().toISOString(),
    cutOff: false,
    letIn: { scripts: {}, locks: {} },
    notes: { kept: [], leftOut: 0 },
    entries: [],
    outcomes: [],
    stages: [],
  };
  return { stage: 'patch', paused: null, asked: null, record: { plan, ...rest } };
}

/** How an execution ended: the type of its failure, how much it asked for before, and the next execution of a cron schedule. */
async function endOf(handle: WorkflowHandle): Promise<{ failure: unknown; acted: number; next: string }> {
  await handle.result().catch(() => null);
  const events = (await handle.fetchHistory()).events ?? [];
  const acted = events.filter(
    (event) => event.activityTaskScheduledEventAttributes ?? event.startChildWorkflowExecutionInitiatedEventAttributes,
  );
  const end = events.at(-1)?.workflowExecutionFailedEventAttributes;
  const failure = end?.failure?.applicationFailureInfo?.type;
  return { failure, acted: acted.length, next: end?.newExecutionRunId ?? '' };
}

const notStartedByRun = { failure: 'NotStartedByRun', acted: 0 };
const invalidInput = { failure: 'InvalidInput', acted: 0 };

describe.each<[string, string, () => unknown[]]>([
  ['a turn with no input', 'patchHost', () => []],
  ['a turn with a whole input', 'patchHost', () => [wholeInput()]],
])('%s', (_what, type, args) => {
  test('that is started by hand refuses', async () => {
    const { workflowType, ...options } = started(type, args());
    const handle = await stage.temporal.client.workflow.start(workflowType, options);
    expect(await endOf(handle)).toMatchObject(notStartedByRun);
  });

  test('that is started by a schedule refuses', async () => {
    const { client } = stage.temporal;
    const schedule = await client.schedule.create({
      scheduleId: randomUUID(),
      spec: {},
      action: { type: 'startWorkflow', ...started(type, args()) },
      state: { triggerImmediately: true },
    });
    let workflowId: string | undefined;
    await until('the schedule started it', async () => {
      workflowId = (await schedule.describe()).info.recentActions[0]?.action.workflow.workflowId;
      return workflowId !== undefined;
    });
    expect(await endOf(client.workflow.getHandle(workflowId ?? ''))).toMatchObject(notStartedByRun);
  });
});

describe('a lock that is started by hand', () => {
  test('is granted to nobody, and ends at once', async () => {
    const { workflowType, ...options } = started('lock', []);
    const handle = await stage.temporal.client.workflow.start(workflowType, options);
    expect(await handle.result()).toBeUndefined();
  });

  test('with holders and a line that somebody made up is refused', async () => {
    const { workflowType, ...options } = started('lock', [{ holders: [], line: [], doubt: null }]);
    const handle = await stage.temporal.client.workflow.start(workflowType, options);
    expect(await endOf(handle)).toMatchObject(invalidInput);
  });
});

describe('a continued state that somebody made up', () => {
  test('is refused as input', async () => {
    const { workflowType, ...options } = started('patchWindow', [{}, madeUpState()]);
    const handle = await stage.temporal.client.workflow.start(workflowType, options);
    expect(await endOf(handle)).toMatchObject(invalidInput);
  });

  test('counts in no execution of a cron schedule, though each but the first is one that goes on', async () => {
    const { client } = stage.temporal;
    const { workflowType, ...options } = started('patchWindow', [{}, madeUpState()]);
    const { firstExecutionRunId } = await client.workflow.start(workflowType, {
      ...options,
      cronSchedule: '@every 1s',
    });
    const execution = (runId: string) => client.workflow.getHandle(options.workflowId, runId, { followRuns: false });
    const first = await endOf(execution(firstExecutionRunId));
    expect(first).toMatchObject({ ...invalidInput, next: expect.stringMatching(/./) });
    expect(await endOf(execution(first.next))).toMatchObject(invalidInput);
    await client.workflow.getHandle(options.workflowId).terminate('end of the test');
  });
});
