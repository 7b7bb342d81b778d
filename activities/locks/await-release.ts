import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { ControlActivities } from '../../model/activities.ts';
import type { SearchAttributeName } from '../../model/search-attributes.ts';
import { describeWorkflow, firstRunIdOf, notYet, type LockDependencies } from './lock-dependencies.ts';

const FETTLE_LOCKS = defineSearchAttributeKey(
  'FettleLocks' satisfies SearchAttributeName,
  SearchAttributeType.KEYWORD_LIST,
);

/**
 * Looks whether a turn is done with what it holds: it ended, or it names the lock no longer. Only `ended` where it had not said so
 * before. A paused turn holds; so does one that was reset until it asks for the lock again or ends: its new execution names nothing yet,
 * while what the old one began may still be at work.
 */
export function awaitRelease({ client }: LockDependencies): ControlActivities['awaitRelease'] {
  return async ({ workflowId, firstRunId, executionRunId, lock, pollMs }) => {
    const turn = await describeWorkflow(client, workflowId);
    // Another turn has its id by now, or history is gone: that it ended is all that can be told.
    if (turn === null || firstRunIdOf(turn) !== firstRunId) {
      const then = await describeWorkflow(client, workflowId, executionRunId);
      return then !== null && lock !== null && namesLock(then, lock) ? 'ended' : 'released';
    }
    const names = lock === null || namesLock(turn, lock);
    if (turn.closeTime !== undefined)
      return lock !== null && (names || turn.runId !== executionRunId) ? 'ended' : 'released';
    if (!names && turn.runId === executionRunId) return 'released';
    throw notYet(lock === null ? `${workflowId} is in work` : `${workflowId} holds ${lock}`, pollMs);
  };
}

/** Whether a turn says that it holds the lock, or asks for it. */
export function namesLock(
  { typedSearchAttributes }: Pick<WorkflowExecutionDescription, 'typedSearchAttributes'>,
  lock: string,
): boolean {
  return typedSearchAttributes.get(FETTLE_LOCKS)?.includes(lock) ?? false;
}
