import { Context } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { FAILURES } from '../../model/failures.ts';
import type { ControlActivities } from '../../model/activities.ts';
import type { TurnOutcome } from '../../model/turn.ts';
import { followWorkflow } from './follow-workflow.ts';
import type { PlanningDependencies } from './planning-dependencies.ts';

/**
 * Waits, heartbeating, for a turn that an earlier execution of the same run started, and returns its outcome. A turn that failed,
 * was terminated or is gone has no outcome: its target's state is `unknown`.
 */
export function followTurn({ client }: PlanningDependencies): ControlActivities['followTurn'] {
  return async ({ workflowId, executionRunId }) => {
    const context = Context.current();
    const startedAt = new Date().toISOString();
    try {
      return await followWorkflow<TurnOutcome>(client, { workflowId, executionRunId }, context.cancellationSignal);
    } catch (error) {
      if (error instanceof WorkflowFailedError) return withoutOutcome(workflowId, startedAt, error.cause ?? error);
      if (error instanceof WorkflowNotFoundError) return withoutOutcome(workflowId, startedAt, error);
      // A cancelled wait ends as the cancellation that it is, not as a failed connection.
      if (context.cancellationSignal.aborted) await context.cancelled;
      throw error;
    }
  };
}

function withoutOutcome(workflowId: string, startedAt: string, error: Error): TurnOutcome {
  return {
    host: workflowId.split('/').at(-1) ?? workflowId,
    turn: 1,
    state: 'unknown',
    failure: 'StateUnknown',
    reason: `The turn ${workflowId} ended without an outcome (${error.message}). ${FAILURES.StateUnknown.advice}`,
    question: 'What is the state of the host? Look at it, then retry or skip it.',
    startedAt,
    endedAt: new Date().toISOString(),
    steps: [],
    updates: [],
    changed: true,
    installed: 0,
    rebooted: false,
    rebootedAfterInstall: false,
    groupSafe: false,
    maintenance: null,
    snapshot: null,
    pendingReboot: false,
    servicesDown: [],
    simulated: [],
  };
}
