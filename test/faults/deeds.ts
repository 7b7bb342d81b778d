import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Point } from './points.ts';

/** What somebody may do to a run or a turn from outside. */
export const DEEDS = ['cancel', 'terminate', 'reset'] as const;
export type Deed = (typeof DEEDS)[number];

/**
 * Does it to a workflow whose activity at the point is held, or which waits for the turn that asked for it. A reset goes to the last
 * task before the workflow asked for that; without a point, before it asked for the last thing.
 */
export async function doTo(client: Client, workflowId: string, deed: Deed, point: Point | null = null): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  if (deed === 'cancel') await handle.cancel();
  else if (deed === 'terminate') await handle.terminate('somebody terminates it');
  else await reset(client, workflowId, point);
}

async function reset(client: Client, workflowId: string, point: Point | null): Promise<void> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const asked = events?.findLast(
    ({ activityTaskScheduledEventAttributes: step, startChildWorkflowExecutionInitiatedEventAttributes: turn }) =>
      point === null
        ? (step ?? turn) != null
        : step?.activityType?.name === point.activity || turn?.workflowId?.endsWith(point.of) === true,
  );
  const before =
    asked?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId ??
    asked?.startChildWorkflowExecutionInitiatedEventAttributes?.workflowTaskCompletedEventId;
  if (before == null) throw new Error(`${workflowId} has not asked for ${point?.activity ?? 'anything'}`);
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'somebody resets it',
    requestId: randomUUID(),
    workflowTaskFinishEventId: before,
  });
}
