import type { RunResult, RunStatus } from '../../model/run.ts';
import { paintState, renderCounts } from './ledger.ts';
import type { Look } from './look.ts';
import { facts } from './plan.ts';
import { dateTimeSeconds, siteAndUtc } from './time.ts';

/** The head of a run that is known by its `status` query or from its history. */
export function renderStatus(status: RunStatus, look: Look): string {
  const { colours } = look;
  const running = status.phase !== 'closed';
  const pairs: [string, string][] = [
    ['Run', colours.bold(status.runId)],
    ['Change', status.change],
    ['State', running ? paintState(status.phase, look) : paintState(status.outcome ?? 'unknown', look)],
    ['Opened', siteAndUtc(status.openedAt, look.zone)],
  ];
  if (status.closesAt !== null) pairs.push(['Window closes', siteAndUtc(status.closesAt, look.zone)]);
  if (status.planHash !== null) pairs.push(['planHash', status.planHash]);
  pairs.push(['Ledger', countsText(status, look)]);
  if (running && status.wave !== null) pairs.push(['Wave', status.wave]);
  if (running && status.inWork.length > 0) pairs.push(['In work', status.inWork.join(', ')]);
  if (running && status.waiting !== null) pairs.push(['Waiting', status.waiting]);
  if (status.simulated.length > 0) pairs.push(['Simulated', status.simulated.join(', ')]);
  const sections = [facts(pairs)];
  if (status.questions.length > 0) {
    const lines = status.questions.map(({ host, question }) => `  ${host}: ${question}`);
    sections.push(`${colours.yellow('Open questions')}\n${lines.join('\n')}`);
  }
  if (status.notes.length > 0) {
    const lines = status.notes.map((note) => `  ${dateTimeSeconds(note.at, look.zone)}  ${note.text}`);
    sections.push(`${colours.bold('Notes')} (names are claims: nobody proved who sent a message)\n${lines.join('\n')}`);
  }
  return sections.join('\n\n');
}

/** Targets in work count as `unknown` in the ledger; a person reads them apart. */
function countsText(status: RunStatus, look: Look): string {
  const inWork = status.inWork.length;
  const counts = { ...status.ledger, unknown: Math.max(0, status.ledger.unknown - inWork) };
  const text = renderCounts(counts, status.targets, look);
  return inWork > 0 ? `${text}, ${look.colours.cyan(`${inWork} in work`)}` : text;
}

/** The last lines of a run: how it ended, what it counts, why it stopped. */
export function renderResult(result: RunResult, look: Look): string {
  const pairs: [string, string][] = [
    ['Run', look.colours.bold(result.runId)],
    ['Outcome', paintState(result.outcome, look)],
    ['Opened', siteAndUtc(result.openedAt, look.zone)],
    ['Closed', siteAndUtc(result.closedAt, look.zone)],
    ['Ledger', renderCounts(result.ledger, result.targets, look)],
    ['planHash', result.planHash],
  ];
  if (result.stopReason !== null) pairs.push(['Stopped', result.stopReason]);
  if (result.simulated.length > 0)
    pairs.push(['Simulated', `${result.simulated.join(', ')}: no real machine was touched through it`]);
  return facts(pairs);
}
