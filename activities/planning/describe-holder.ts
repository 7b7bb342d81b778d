import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { ControlActivities } from '../../model/activities.ts';
import type { PlanningDependencies } from './planning-dependencies.ts';

/**
 * Who holds the lock that a workflow id is: the run at the root of the workflow that has the id and still runs. A turn is a
 * child of its run, the hold of a redundancy group a child of a turn. Null when nobody holds it any more.
 */
export function describeHolder({ client }: PlanningDependencies): ControlActivities['describeHolder'] {
  return async ({ workflowId }) => {
    const holder = await describe(client, workflowId);
    if (holder === null || holder.status.name !== 'RUNNING') return null;
    const root = holder.rootExecution ?? holder.parentExecution;
    const runId = root?.workflowId ?? workflowId;
    // That very execution: a later run may have been started under the same id.
    const run = runId === workflowId ? holder : await describe(client, runId, root?.runId ?? undefined);
    return { workflowId, executionRunId: holder.runId, runId, runKey: run === null ? '' : firstRunId(run) };
  };
}

async function describe(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(workflowId, runId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** The first execution run id stays the same through continue-as-new and reset: the root of the run's idempotency keys. */
function firstRunId(run: WorkflowExecutionDescription): string {
  return run.raw.workflowExecutionInfo?.firstRunId ?? '';
}
