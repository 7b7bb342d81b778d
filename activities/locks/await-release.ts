import { Context } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { ControlActivities } from '../../model/activities.ts';
import type { LockDependencies } from './describe-holder.ts';
import { followWorkflow } from './follow-workflow.ts';

/**
 * Waits, heartbeating, until the workflow that is a lock has ended, however it did: then whoever wants the lock tries again.
 * False when `until` comes first.
 */
export function awaitRelease({ client }: LockDependencies): ControlActivities['awaitRelease'] {
  return async ({ workflowId, executionRunId, until }) => {
    const { cancellationSignal, cancelled } = Context.current();
    const timeUp = AbortSignal.timeout(Math.max(Date.parse(until) - Date.now(), 0));
    try {
      const signal = AbortSignal.any([cancellationSignal, timeUp]);
      await followWorkflow<void>(client, { workflowId, executionRunId }, signal);
      return true;
    } catch (error) {
      if (error instanceof WorkflowFailedError || error instanceof WorkflowNotFoundError) return true;
      if (cancellationSignal.aborted) await cancelled;
      if (timeUp.aborted) return false;
      throw error;
    }
  };
}
