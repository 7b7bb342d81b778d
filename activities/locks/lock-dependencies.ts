import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { failure } from '../step/failure.ts';

export interface LockDependencies {
  client: Client;
}

/** A workflow as the server knows it, without delay; null where there is none of that id. */
export async function describeWorkflow(
  client: Client,
  workflowId: string,
  executionRunId?: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(workflowId, executionRunId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** The first execution run id: it stays the same through continue-as-new and reset. */
export function firstRunIdOf({ raw }: WorkflowExecutionDescription): string {
  return raw.workflowExecutionInfo?.firstRunId ?? '';
}

/** What was waited for is not there yet: Temporal looks again after `pollMs`, and needs no worker until then. */
export function notYet(what: string, pollMs: number): Error {
  return failure('NotOver', what, {}, { nextLookMs: pollMs });
}
