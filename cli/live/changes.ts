import { duration } from '../../model/duration.ts';
import type { LedgerEntry, RunNote } from '../../model/run.ts';
import { endedCounts, openCounts, paintState, renderCounts, shownState } from '../render/ledger.ts';
import { countOf } from '../render/count.ts';
import type { Look } from '../render/look.ts';
import type { TargetWork, RunView } from './view.ts';

/** What happened between two looks at a run, one line each: what plain output prints. */
export function changesBetween(before: RunView | null, after: RunView, look: Look): string[] {
  const lines: string[] = [];
  const { status } = after;
  if (before?.status.planHash !== status.planHash && status.planHash !== null) {
    lines.push(`plan ${status.planHash.slice(0, 12)}: ${countOf(status.targets, 'target')}`);
  }
  if (before?.status.phase !== status.phase) lines.push(`run is ${paintState(status.phase, look)}`);
  if (status.stages.length > 1 && before?.status.stages.length !== status.stages.length)
    lines.push(`stage ${status.stages.at(-1)?.name}`);
  if (before?.status.wave !== status.wave && status.wave !== null) lines.push(`wave ${status.wave}`);
  if (before?.status.waiting !== status.waiting && status.waiting !== null) lines.push(`waiting: ${status.waiting}`);
  const known = new Set(before?.status.notes.map(noteKey));
  for (const note of status.notes) if (!known.has(noteKey(note))) lines.push(`note: ${note.text}`);
  lines.push(...targetChanges(before, after, look));
  return lines;
}

/** The run keeps its last notes only, so that their number says nothing. */
function noteKey({ at, text }: RunNote): string {
  return `${at} ${text}`;
}

function targetChanges(before: RunView | null, after: RunView, look: Look): string[] {
  const rowsBefore = new Map(before?.entries.map((entry) => [entry.id, entry]));
  const lines: string[] = [];
  for (const entry of after.entries) {
    const old = rowsBefore.get(entry.id);
    const work = after.work.get(entry.id);
    const oldWork = before?.work.get(entry.id);
    if (isNewEnd(old, entry)) {
      lines.push(`${entry.id}: ${endText(entry, look)}`);
    } else if (work !== undefined && stepText(work) !== '' && stepText(work) !== (oldWork && stepText(oldWork))) {
      lines.push(`${entry.id}: ${stepText(work)}`);
    }
  }
  if (lines.length > 0 && endedCount(before) !== endedCount(after)) {
    lines.push(
      `ledger: ${renderCounts(endedCounts(after.status.ledger, after.entries), after.status.targets, look, openCounts(after.entries))}`,
    );
  }
  return lines;
}

function isNewEnd(old: LedgerEntry | undefined, entry: LedgerEntry): boolean {
  if (entry.progress !== 'ended') return false;
  const same = old?.turns === entry.turns && old.state === entry.state && old.outcome?.stage === entry.outcome?.stage;
  return old?.progress !== 'ended' || !same;
}

function endedCount(view: RunView | null): number {
  return view?.entries.filter(({ progress }) => progress === 'ended').length ?? 0;
}

/** `install (round 2)`; the percentage is left out, so that a line appears for each step and not for each percent. */
function stepText({ step, round, stopping, interfered }: TargetWork): string {
  if (step === null) return '';
  const text = round > 1 ? `${step} (round ${round})` : step;
  const stops = stopping === null ? null : `stops at its safe point: ${stopping}`;
  return [text, interfered, stops].filter((part) => part !== null).join(', ');
}

/** `  app01.corp.example: install, 63 %, KB5031364, seen 40 s ago, next look in 20 s`, for each target in work. */
export function workLines(work: RunView['work']): string[] {
  return [...work]
    .filter(([, { step }]) => step !== null)
    .map(([id, one]) => `  ${id}: ${[stepText(one), one.progress].filter((part) => part !== '').join(', ')}`);
}

/** How a target ended, with its reason where there is something to explain. */
export function endText(entry: LedgerEntry, look: Look): string {
  const took =
    entry.outcome === null
      ? ''
      : ` in ${duration(Date.parse(entry.outcome.endedAt) - Date.parse(entry.outcome.startedAt))}`;
  return `${paintState(shownState(entry), look)}${took}${entry.reason === '' ? '' : `: ${entry.reason}`}`;
}
