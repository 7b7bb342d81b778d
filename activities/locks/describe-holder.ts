import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { ControlActivities } from '../../model/activities.ts';

export interface LockDependencies {
  client: Client;
}

/**
 * Who holds the lock that a workflow id is: the workflow that has the id and is open, the run at its root and the execution that
 * started it. A turn is a child of its run, the lock of a redundancy group a child of a turn. Null when nobody holds it any more.
 */
export function describeHolder({ client }: LockDependencies): ControlActivities['describeHolder'] {
  return async ({ workflowId }) => {
    const holder = await describe(client, workflowId);
    // Somebody may have paused it in the Web UI: it holds all the same.
    if (holder === null || holder.closeTime !== undefined) return null;
    const { rootExecution: root, parentExecution: parent } = holder;
    return {
      workflowId,
      executionRunId: holder.runId,
      runId: (root ?? parent)?.workflowId ?? workflowId,
      parentKey: await firstRunId(client, parent),
    };
  };
}

/**
 * The first execution run id stays the same through continue-as-new and reset: a run knows its own turns by it. That very execution
 * is asked, since a later one may have been started under the same id.
 */
export async function firstRunId(
  client: Client,
  parent: WorkflowExecutionDescription['parentExecution'],
): Promise<string> {
  const described = parent?.workflowId ? await describe(client, parent.workflowId, parent.runId ?? undefined) : null;
  return described?.raw.workflowExecutionInfo?.firstRunId ?? '';
}

export async function describe(
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
