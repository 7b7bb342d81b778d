import { ledgerTotal, type LedgerCounts } from '../../model/ledger.ts';
import {
  notesLeftOutText,
  type LedgerEntry,
  type RunResult,
  type RunStatus,
  type StageCounts,
} from '../../model/run.ts';
import { endedCounts, openCounts, paintState, renderCounts } from './ledger.ts';
import type { Look } from './look.ts';
import { facts, windowOpens } from './plan.ts';
import { dateTimeSeconds, siteAndUtc } from './time.ts';

/** The head of a run that is known by its `status` query or from its history. */
export function renderStatus(status: RunStatus, look: Look, entries: LedgerEntry[] = []): string {
  const { colours } = look;
  const running = status.phase !== 'closed';
  const pairs: [string, string][] = [
    ['Run', colours.bold(status.runId)],
    ['Change', status.change],
    ['State', running ? paintState(status.phase, look) : paintState(status.outcome ?? 'unknown', look)],
    ['Opened', siteAndUtc(status.openedAt, look.zone)],
  ];
  pairs.push(...windowOpens(status.opensAt, look.zone));
  if (status.closesAt !== null) pairs.push(['Window closes', siteAndUtc(status.closesAt, look.zone)]);
  if (status.planHash !== null) pairs.push(['Plan hash', status.planHash]);
  pairs.push(['Ledger', countsText(status, entries, look)], ...stageFacts(status.stages, status.inWork.length, look));
  if (running && status.wave !== null) pairs.push(['Wave', status.wave]);
  if (running && status.inWork.length > 0) pairs.push(['In work', status.inWork.join(', ')]);
  if (running && status.waiting !== null) pairs.push(['Waiting', status.waiting]);
  if (status.simulated.length > 0) pairs.push(['Simulated', status.simulated.join(', ')]);
  const sections = [facts(pairs)];
  if (status.questions.length > 0) {
    const lines = status.questions.map(({ target, question }) => `  ${target}: ${question}`);
    sections.push(`${colours.yellow('Open questions')}\n${lines.join('\n')}`);
  }
  if (status.notes.length > 0) sections.push(renderNotes(status, look));
  return sections.join('\n\n');
}

/** What was done to the run, and what was refused. */
export function renderNotes({ notes, notesLeftOut }: RunStatus, look: Look): string {
  const lines = notes.map(({ at, text }) => `  ${dateTimeSeconds(at, look.zone)}  ${text}`);
  if (notesLeftOut > 0) lines.unshift(`  ${notesLeftOutText(notesLeftOut)}`);
  return `${look.colours.bold('Notes')} (names are claims: nobody proved who sent a message)\n${lines.join('\n')}`;
}

/** Of a run that goes on, targets in work count as `unknown` and waiting ones as they did before; a person reads them apart. */
function countsText({ ledger, inWork, targets }: RunStatus, entries: LedgerEntry[], look: Look): string {
  if (entries.length > 0) return renderCounts(endedCounts(ledger, entries), targets, look, openCounts(entries));
  return countsInWork(ledger, targets, inWork.length, look);
}

function countsInWork(ledger: LedgerCounts, targets: number, inWork: number, look: Look): string {
  const counts = { ...ledger, unknown: Math.max(0, ledger.unknown - inWork) };
  return renderCounts(counts, targets, look, { waiting: 0, 'in-work': inWork });
}

/** One line for each stage, where there is more than one; `inWork` targets are in work in the last of them. */
function stageFacts(stages: StageCounts[], inWork: number, look: Look): [string, string][] {
  if (stages.length < 2) return [];
  return stages.map(({ name, ledger }, index) => [
    `Stage ${name}`,
    countsInWork(ledger, ledgerTotal(ledger), index === stages.length - 1 ? inWork : 0, look),
  ]);
}

/** The last lines of a run: how it ended, what it counts, why it stopped. */
export function renderResult(result: RunResult, look: Look): string {
  const pairs: [string, string][] = [
    ['Run', look.colours.bold(result.runId)],
    ['Outcome', paintState(result.outcome, look)],
    ['Opened', siteAndUtc(result.openedAt, look.zone)],
    ['Closed', siteAndUtc(result.closedAt, look.zone)],
    ['Ledger', renderCounts(result.ledger, result.targets, look)],
    ...stageFacts(result.stages, 0, look),
    ['Plan hash', result.planHash],
  ];
  if (result.stopReason !== null) pairs.push(['Stopped', result.stopReason]);
  if (result.simulated.length > 0)
    pairs.push(['Simulated', `${result.simulated.join(', ')}: no real machine was touched through it`]);
  return facts(pairs);
}
