/**
 * The states in which a target of a plan can end. They sum to the plan, always.
 * `unknown` is what we say when we cannot know; it never counts as success.
 */
export const TARGET_STATES = ['succeeded', 'failed', 'unreachable', 'skipped', 'not-started', 'unknown'] as const;
export type TargetState = (typeof TARGET_STATES)[number];

export type LedgerCounts = Record<TargetState, number>;

/** States that spend the failure budget: a host we cannot see is no better than one that failed. */
export const BUDGET_STATES: readonly TargetState[] = ['failed', 'unreachable', 'unknown'];

/**
 * How a run ended; the first that applies in this order: rejected, aborted, cut-off, succeeded, failed, partly. A rejected run
 * fails and returns no result; its search attribute says `rejected`.
 */
export type RunOutcome = 'succeeded' | 'partly' | 'failed' | 'aborted' | 'rejected' | 'cut-off';

export function emptyLedger(): LedgerCounts {
  return { succeeded: 0, failed: 0, unreachable: 0, skipped: 0, 'not-started': 0, unknown: 0 };
}

/** Counts states; the result's values sum to the number of states given. */
export function countLedger(states: Iterable<TargetState>): LedgerCounts {
  const counts = emptyLedger();
  for (const state of states) counts[state] += 1;
  return counts;
}

export function ledgerTotal(counts: LedgerCounts): number {
  return TARGET_STATES.reduce((sum, state) => sum + counts[state], 0);
}
