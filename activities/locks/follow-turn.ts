import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { ControlActivities } from '../../model/activities.ts';
import type { Outcome } from '../../model/turn.ts';
import { describeWorkflow, firstRunIdOf, notYet, type LockDependencies } from './lock-dependencies.ts';

/**
 * Looks whether a turn that an earlier execution of the same run started has ended, and returns its outcomes. A turn that failed,
 * was terminated or is gone has none: then it says why.
 */
export function followTurn({ client }: LockDependencies): ControlActivities['followTurn'] {
  return async ({ workflowId, firstRunId, executionRunId, pollMs }) => {
    const latest = await describeWorkflow(client, workflowId);
    const same = latest !== null && firstRunIdOf(latest) === firstRunId;
    if (same && latest.closeTime === undefined) throw notYet(`${workflowId} is in work`, pollMs);
    try {
      // One that was reset meanwhile went on in another execution; one whose id another turn has by now is asked by its own.
      const turn = client.workflow.getHandle(workflowId, same ? latest.runId : executionRunId);
      return { outcomes: (await turn.result()) as Outcome[] };
    } catch (error) {
      if (error instanceof WorkflowFailedError) return { lost: (error.cause ?? error).message };
      if (error instanceof WorkflowNotFoundError) return { lost: error.message };
      throw error;
    }
  };
}
