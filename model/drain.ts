import { cappedText, claimOf, NAMELESS, type Narrowed } from './messages.ts';

/** Workflow id and type of the drain: while it runs, no new run begins in its namespace. */
export const DRAIN = 'drain';
/** Update that ends it. */
export const END_DRAIN = 'endDrain';
/** Memo of the workflow that says who drains and why, readable without a worker. */
export const DRAIN_MEMO = 'drain';

/** What somebody said who set or ended a drain. `by` is a claim: Temporal does not authenticate the sender. */
export interface DrainWords {
  reason: string;
  by: string;
}

/** A drain that is set. */
export interface Drain extends DrainWords {
  /** ISO 8601 in UTC. */
  since: string;
}

/** Narrows whatever arrived; never throws. */
export function narrowDrainWords(payload: unknown): Narrowed<DrainWords> {
  const fields = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  const reason = cappedText(fields['reason']);
  if (reason !== null) return { ok: true, value: { reason, by: cappedText(fields['by']) ?? NAMELESS } };
  const example = JSON.stringify({ reason: 'Upgrade to the next build', by: 'Kim Example' });
  return { ok: false, problem: `"reason" is missing. Send for example ${example}` };
}

/** A drain in one sentence. */
export function drainText({ since, by, reason }: Drain): string {
  return `No new run begins since ${since}: drained, ${claimOf({ reason, by })}`;
}
