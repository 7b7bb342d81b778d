import type { TurnRecord } from './turn-record.ts';

/** The turn in Markdown, for the Web UI's details: where it stands and what it did so far. */
export function turnDetails(record: TurnRecord): string {
  const { target, turn, run } = record.input;
  const lines = [
    `**${target.host}**, turn ${turn} of run \`${run.runId}\` (change ${run.change})`,
    '',
    record.stopping === null ? '' : `Stopping at the next safe point: ${record.stopping}\n`,
    '| step | round | result | what |',
    '|---|---|---|---|',
    ...record.steps.map((s) => `| ${s.step} | ${s.round} | ${s.result} | ${cell(s.text)} |`),
  ];
  return lines.join('\n');
}

/** Text inside a Markdown table: no bars, no line breaks, at most 300 characters. */
export function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 300);
}
