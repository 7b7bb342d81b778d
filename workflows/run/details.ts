import { TARGET_STATES } from '../../model/ledger.ts';
import { notesLeftOutText, WAITS_FOR_RUN, type LedgerEntry, type RunStatus } from '../../model/run.ts';
import { CONTROL_MESSAGES, CONTROL_NAMES } from '../../model/messages.ts';
import { detailsText, oneLine } from '../text-limits.ts';

/** Nobody reads more rows. Text over the limit is cut at the end, which loses the examples first. */
const MAX_ROWS = 40;
const MAX_NOTES = 10;

/**
 * The run in Markdown, for the Web UI's details: state, next step, ledger, what is awaited, and the JSON to paste.
 */
export function runDetails(status: RunStatus, ledger: readonly LedgerEntry[]): string {
  const simulated =
    status.simulated.length > 0 ? `\n**Simulated:** ${status.simulated.join(', ')}; nothing real was touched.` : '';
  const parts = [
    `## ${status.outcome ?? status.phase}${status.wave === null ? '' : `, wave ${status.wave}`}`,
    `Change ${status.change || 'not read yet'}. ${windowLine(status)} ${status.waiting ?? ''}${simulated}`,
    '',
    ledgerLine(status),
    stageLines(status),
    targetList(ledger),
    questions(status),
    notes(status),
    status.phase !== 'closed' ? steering() : '',
  ];
  return detailsText(parts.join('\n'));
}

function windowLine({ opensAt, closesAt }: RunStatus): string {
  if (closesAt === null) return '';
  return opensAt === null ? `The window closes at ${closesAt}.` : `The window is from ${opensAt} to ${closesAt}.`;
}

/** Lists rather than tables: the Web UI sets a table's columns without a gap. */
function ledgerLine({ ledger, inWork, targets }: RunStatus): string {
  if (targets === 0) return '';
  const counts = TARGET_STATES.map((state) => `${state} **${ledger[state]}**`).join(' · ');
  const inWorkText = inWork.length > 0 ? ` (${inWork.length} of the unknown are in work now)` : '';
  return `${counts} · sum **${targets}**${inWorkText}\n`;
}

/** How each stage counts, where there are several. */
function stageLines({ stages }: RunStatus): string {
  if (stages.length < 2) return '';
  const rows = stages.map(({ name, ledger }) => {
    const counts = TARGET_STATES.filter((state) => ledger[state] > 0).map((state) => `${state} **${ledger[state]}**`);
    return `- ${name}: ${counts.join(' · ') || 'no target'}`;
  });
  return section('Stages', rows);
}

/** Targets that a person wants to see: those in work, those that wait for another run, and those that did not succeed. */
function targetList(ledger: readonly LedgerEntry[]): string {
  const shown = ledger.filter(
    ({ progress, state, reason }) =>
      progress === 'in-work' ||
      (progress === 'waiting' && reason.startsWith(WAITS_FOR_RUN)) ||
      (progress === 'ended' && state !== 'succeeded'),
  );
  const rows = shown
    .slice(0, MAX_ROWS)
    .map(
      ({ id, wave, state, progress, reason }) =>
        `- **${id}** (${wave}): ${progress === 'in-work' ? 'in work' : `${progress === 'waiting' ? 'waits' : state}. ${oneLine(reason)}`}`,
    );
  if (shown.length > rows.length) rows.push(`- and ${shown.length - rows.length} more: ask the \`ledger\` query`);
  return section('Targets in work, those that wait for another run, and those that did not succeed', rows);
}

function questions(status: RunStatus): string {
  return section(
    'Open questions',
    status.questions.slice(0, MAX_NOTES).map(({ target, question }) => `- **${target}**: ${oneLine(question)}`),
  );
}

function notes(status: RunStatus): string {
  const shown = status.notes.slice(-MAX_NOTES);
  const rows = shown.map(({ at, text }) => `- ${at} ${oneLine(text)}`);
  const earlier = status.notes.length - shown.length;
  if (earlier > 0) rows.unshift(`- ${earlier} earlier ones: ask the \`status\` query`);
  if (status.notesLeftOut > 0) rows.unshift(`- ${notesLeftOutText(status.notesLeftOut)}`);
  return section('What was done to this run', rows);
}

function steering(): string {
  const rows = CONTROL_NAMES.map((name) => `- \`${name}\` \`${JSON.stringify(CONTROL_MESSAGES[name].example)}\``);
  rows.push(
    '- **Request Cancellation** (More Actions) is an abort too; it counts also when the server takes no more messages',
  );
  return section('To steer it: More Actions, Send a Signal or Send an Update, with this name and JSON', rows);
}

/** A heading, the empty line that Markdown wants before a list, and the list; nothing without rows. */
function section(heading: string, rows: string[]): string {
  return rows.length === 0 ? '' : [`### ${heading}`, '', ...rows, ''].join('\n');
}
