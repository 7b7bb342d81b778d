import type { HandoverItem, LedgerEntry } from './run.ts';
import type { Outcome } from './turn.ts';

/** Headings of what any run hands over. Open questions stand above all else, the targets that did not succeed below. */
export const OPEN_QUESTION = { kind: 'open-question', heading: 'Open questions' } as const;
export const NOT_SUCCEEDED = { kind: 'not-succeeded', heading: 'Not succeeded' } as const;

/** What the next shift must know of the targets; `leftBehind` is what the runbook knows of an outcome. Pure. */
export function handoverList<O>(
  ledger: readonly LedgerEntry<O>[],
  leftBehind: (outcome: Outcome<O>) => HandoverItem[],
): HandoverItem[] {
  return ledger.flatMap((entry) => [
    ...notSucceeded(entry),
    ...(entry.question === null ? [] : [item(OPEN_QUESTION.kind, entry.id, entry.question)]),
    ...(entry.outcome === null ? [] : leftBehind(entry.outcome)),
  ]);
}

function notSucceeded({ id, state, progress, reason }: LedgerEntry): HandoverItem[] {
  if (progress === 'in-work') return [item(NOT_SUCCEEDED.kind, id, 'in work')];
  return state === 'succeeded' ? [] : [item(NOT_SUCCEEDED.kind, id, reason === '' ? state : `${state}: ${reason}`)];
}

function item(kind: string, target: string, text: string): HandoverItem {
  return { kind, target, text, until: null };
}
