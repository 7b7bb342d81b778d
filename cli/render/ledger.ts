import { TARGET_STATES } from '../../model/ledger.ts';
import type { LedgerCounts, TargetState } from '../../model/ledger.ts';
import type { LedgerEntry } from '../../model/run.ts';
import type { UpdateResult } from '../../model/plan.ts';
import type { Look } from './look.ts';
import { renderTable } from './table.ts';
import { duration } from './time.ts';

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
  return `${targets} ${targets === 1 ? 'target' : 'targets'}${named.length > 0 ? `: ${named.join(', ')}` : ''}`;
}

/** Every target with its state, how its updates went, how long its turn took, and why. */
export function renderLedger(entries: LedgerEntry[], look: Look): string {
  if (entries.length === 0) return 'No targets yet: the plan is being made.';
  const rows = entries.map((entry) => [
    entry.wave,
    entry.host,
    entry.site,
    paintState(shownState(entry), look),
    updatesOf(entry),
    timeOf(entry),
    entry.reason,
  ]);
  return renderTable(['WAVE', 'HOST', 'SITE', 'STATE', 'UPDATES', 'TIME', 'WHAT HAPPENED'], rows, look);
}

/** The targets that did not succeed, each with its reason, its question and what its updates say. */
export function renderTroubles(entries: LedgerEntry[], look: Look): string {
  return entries
    .filter((entry) => entry.progress === 'ended' && entry.state !== 'succeeded')
    .map((entry) => renderTrouble(entry, look))
    .join('\n');
}

function renderTrouble(entry: LedgerEntry, look: Look): string {
  const failure = entry.outcome?.failure;
  const lines = [
    `  ${look.colours.bold(entry.host)} ${paintState(entry.state, look)}${failure ? ` (${failure})` : ''}: ${entry.reason}`,
  ];
  for (const update of entry.outcome?.updates ?? []) {
    if (update.outcome === 'failed' || update.outcome === 'not-offered') lines.push(`      ${updateText(update)}`);
  }
  // A guard's question at planning is its reason: it is said once.
  if (entry.question !== null && !entry.reason.includes(entry.question))
    lines.push(`      ${look.colours.yellow('question')}: ${entry.question}`);
  return lines.join('\n');
}

function updateText({ kb, id, outcome, detail }: UpdateResult): string {
  return `${kb === '' ? id : kb} ${outcome}${detail === '' ? '' : ` (${detail})`}`;
}

/** What the row shows as state: a turn that has not ended has none yet, whatever it would count as. */
export function shownState(entry: LedgerEntry): TargetState | 'waiting' | 'in-work' {
  return entry.progress === 'ended' ? entry.state : entry.progress;
}

function updatesOf({ outcome }: LedgerEntry): string {
  if (outcome === null || outcome.updates.length === 0) return '-';
  const done = outcome.updates.filter(
    (update) => update.outcome !== 'failed' && update.outcome !== 'not-offered' && update.outcome !== 'not-attempted',
  ).length;
  return `${done}/${outcome.updates.length}`;
}

function timeOf({ outcome, turns }: LedgerEntry): string {
  if (outcome === null) return '-';
  const took = duration(Date.parse(outcome.endedAt) - Date.parse(outcome.startedAt));
  return turns > 1 ? `${took} (turn ${turns})` : took;
}
