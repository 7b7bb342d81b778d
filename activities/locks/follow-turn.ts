import { Context } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { ControlActivities } from '../../model/activities.ts';
import type { Outcome } from '../../model/turn.ts';
import type { LockDependencies } from './describe-holder.ts';
import { followWorkflow } from './follow-workflow.ts';

/**
 * Waits, heartbeating, for a turn that an earlier execution of the same run started, and returns its outcomes. A turn that failed,
 * was terminated or is gone has none: then it says why.
 */
export function followTurn({ client }: LockDependencies): ControlActivities['followTurn'] {
  return async ({ workflowId, executionRunId }) => {
    const { cancellationSignal, cancelled } = Context.current();
    try {
      return { outcomes: await followWorkflow<Outcome[]>(client, { workflowId, executionRunId }, cancellationSignal) };
    } catch (error) {
      if (error instanceof WorkflowFailedError) return { lost: (error.cause ?? error).message };
      if (error instanceof WorkflowNotFoundError) return { lost: error.message };
      // A cancelled wait ends as the cancellation that it is, not as a failed connection.
      if (cancellationSignal.aborted) await cancelled;
      throw error;
    }
  };
}
