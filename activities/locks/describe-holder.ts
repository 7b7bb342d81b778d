import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { ControlActivities } from '../../model/activities.ts';
import { describeWorkflow, firstRunIdOf, type LockDependencies } from './lock-dependencies.ts';

/**
 * Who has a target in work: the turn that has its workflow id and is open, the run at its root and the execution that started it.
 * Null when nobody has it any more.
 */
export function describeHolder({ client }: LockDependencies): ControlActivities['describeHolder'] {
  return async ({ workflowId }) => {
    const holder = await describeWorkflow(client, workflowId);
    // Somebody may have paused it in the Web UI: it holds all the same.
    if (holder === null || holder.closeTime !== undefined) return null;
    const { rootExecution: root, parentExecution: parent } = holder;
    return {
      workflowId,
      firstRunId: firstRunIdOf(holder),
      executionRunId: holder.runId,
      runId: (root ?? parent)?.workflowId ?? workflowId,
      parentKey: await keyOfParent(client, parent),
    };
  };
}

/** A run knows its own turns by it. That very execution is asked, since a later one may have been started under the same id. */
export async function keyOfParent(
  client: Client,
  parent: WorkflowExecutionDescription['parentExecution'],
): Promise<string> {
  const described = parent?.workflowId
    ? await describeWorkflow(client, parent.workflowId, parent.runId ?? undefined)
    : null;
  return described === null ? '' : firstRunIdOf(described);
}
