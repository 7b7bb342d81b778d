import { duration } from '../../model/duration.ts';
import { TARGET_STATES, type LedgerCounts, type TargetState } from '../../model/ledger.ts';
import type { LedgerEntry } from '../../model/run.ts';
import type { RunbookView } from '../../runbooks/runbook.ts';
import { countOf } from './count.ts';
import type { Look } from './look.ts';
import { renderTable } from './table.ts';

/** A target's state, a run's outcome or its phase in its colour: green is only what succeeded. */
export function paintState(state: string, look: Look): string {
  const { colours } = look;
  switch (state) {
    case 'succeeded':
      return colours.green(state);
    case 'failed':
    case 'unknown':
    case 'unreachable':
      return colours.red(state);
    case 'skipped':
    case 'not-started':
    case 'partly':
    case 'aborted':
    case 'aborting':
    case 'cut-off':
    case 'paused':
    case 'rejected':
      return colours.yellow(state);
    default:
      return colours.cyan(state);
  }
}

/** Targets whose turn has not ended. */
export interface OpenCounts {
  waiting: number;
  'in-work': number;
}

export function openCounts(entries: LedgerEntry[]): OpenCounts {
  const count = (progress: LedgerEntry['progress']) => entries.filter((entry) => entry.progress === progress).length;
  return { waiting: count('waiting'), 'in-work': count('in-work') };
}

/** The counts without the targets whose turn has not ended: those have no state of their own yet for a reader. */
export function endedCounts(counts: LedgerCounts, entries: LedgerEntry[]): LedgerCounts {
  const ended = { ...counts };
  for (const { progress, state } of entries) if (progress !== 'ended') ended[state] = Math.max(0, ended[state] - 1);
  return ended;
}

/** `24 targets: 22 succeeded, 1 failed, 1 in work`, which sum to the targets; what no target is in is left out. */
export function renderCounts(counts: LedgerCounts, targets: number, look: Look, open?: OpenCounts): string {
  const named = TARGET_STATES.filter((state) => counts[state] > 0).map(
    (state) => `${counts[state]} ${paintState(state, look)}`,
  );
  if (open !== undefined && open.waiting > 0) named.push(`${open.waiting} ${paintState('waiting', look)}`);
  if (open !== undefined && open['in-work'] > 0) named.push(`${open['in-work']} ${paintState('in work', look)}`);
  return `${countOf(targets, 'target')}${named.length > 0 ? `: ${named.join(', ')}` : ''}`;
}

/** Every target with its state, what its runbook tells of it, how long its turn took, and why. */
export function renderLedger(entries: LedgerEntry[], { noun, ledgerColumns }: RunbookView, look: Look): string {
  if (entries.length === 0) return 'No targets yet: the plan is being made.';
  const rows = entries.map((entry) => [
    entry.wave,
    entry.id,
    entry.site || '-',
    paintState(shownState(entry), look),
    ...ledgerColumns.map((column) => (entry.outcome === null ? '-' : column.cell(entry.outcome))),
    timeOf(entry),
    entry.reason,
  ]);
  const heads = ledgerColumns.map(({ head }) => head);
  return renderTable(['WAVE', noun.toUpperCase(), 'SITE', 'STATE', ...heads, 'TIME', 'WHAT HAPPENED'], rows, look);
}

/** The targets that did not succeed, each with its reason, its question and what its runbook tells of it. */
export function renderTroubles(entries: LedgerEntry[], view: RunbookView, look: Look): string {
  return entries
    .filter((entry) => entry.progress === 'ended' && entry.state !== 'succeeded')
    .map((entry) => renderTrouble(entry, view, look))
    .join('\n');
}

function renderTrouble({ id, state, outcome, reason, question }: LedgerEntry, view: RunbookView, look: Look): string {
  const { colours } = look;
  const failure = outcome?.failure ? ` (${outcome.failure})` : '';
  const lines = [`  ${colours.bold(id)} ${paintState(state, look)}${failure}: ${reason}`];
  if (outcome !== null) lines.push(...view.troubles(outcome).map((text) => `      ${text}`));
  // A guard's question at planning is its reason: it is said once.
  if (question !== null && !reason.includes(question)) lines.push(`      ${colours.yellow('question')}: ${question}`);
  return lines.join('\n');
}

/** What the row shows as state: a turn that has not ended has none yet, whatever it would count as. */
export function shownState(entry: LedgerEntry): TargetState | 'waiting' | 'in-work' {
  return entry.progress === 'ended' ? entry.state : entry.progress;
}

function timeOf({ outcome, turns }: LedgerEntry): string {
  if (outcome === null) return '-';
  const took = duration(Date.parse(outcome.endedAt) - Date.parse(outcome.startedAt));
  return turns > 1 ? `${took} (turn ${turns})` : took;
}
