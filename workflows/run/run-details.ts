import { TARGET_STATES } from '../../model/ledger.ts';
import { CONTROL_MESSAGES, CONTROL_NAMES } from '../../model/messages.ts';
import { cell } from '../turn/turn-details.ts';
import type { RunRecord } from './run-record.ts';

const MAX_ROWS = 60;
const MAX_NOTES = 10;

/**
 * The run in Markdown, for the Web UI's details: state, next step, ledger, what is awaited, and the JSON to paste
 * (design.md, rule 10; at most 20 KB).
 */
export function runDetails(record: RunRecord): string {
  const status = record.status();
  const simulated =
    status.simulated.length > 0 ? `\n**Simulated:** ${status.simulated.join(', ')}; nothing real was touched.` : '';
  return [
    `## ${status.outcome ?? status.phase}${status.wave === null ? '' : `, wave ${status.wave}`}`,
    `Change ${status.change || 'not read yet'}. ${status.closesAt === null ? '' : `The window closes at ${status.closesAt}.`} ${record.waiting ?? ''}${simulated}`,
    '',
    ledgerTable(record),
    targetTable(record),
    questions(record),
    notes(record),
    status.phase !== 'closed' ? steering() : '',
  ].join('\n');
}

function ledgerTable(record: RunRecord): string {
  const { ledger, inWork, targets } = record.status();
  if (targets === 0) return '';
  const inWorkText = inWork.length > 0 ? `\n\n${inWork.length} of the unknown are in work now.` : '';
  return `| ${TARGET_STATES.join(' | ')} | sum |\n|${'---|'.repeat(TARGET_STATES.length + 1)}\n| ${TARGET_STATES.map((s) => ledger[s]).join(' | ')} | ${targets} |${inWorkText}\n`;
}

/** Targets that a person wants to see: those in work and those that did not succeed, before the rest. */
function targetTable(record: RunRecord): string {
  const rows = record.ledger
    .filter(({ progress, state }) => progress === 'in-work' || (progress === 'ended' && state !== 'succeeded'))
    .slice(0, MAX_ROWS)
    .map(
      ({ host, wave, state, progress, reason }) =>
        `| ${host} | ${wave} | ${progress === 'in-work' ? 'in work' : state} | ${cell(reason)} |`,
    );
  return rows.length === 0 ? '' : ['| target | wave | state | reason |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function questions(record: RunRecord): string {
  const rows = record.questions.slice(0, MAX_NOTES).map(({ host, question }) => `- **${host}**: ${cell(question)}`);
  return rows.length === 0 ? '' : ['### Open questions', ...rows, ''].join('\n');
}

function notes(record: RunRecord): string {
  const rows = record.notes.slice(-MAX_NOTES).map(({ at, text }) => `- ${at} ${cell(text)}`);
  return rows.length === 0 ? '' : ['### What was done to this run', ...rows, ''].join('\n');
}

function steering(): string {
  const rows = CONTROL_NAMES.map((name) => `- \`${name}\` \`${JSON.stringify(CONTROL_MESSAGES[name].example)}\``);
  return [
    '### To steer it',
    'More Actions, then Send a Signal or Send an Update, with this name and JSON:',
    ...rows,
  ].join('\n');
}
