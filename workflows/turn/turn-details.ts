import { detailsText } from '../text-limits.ts';
import type { TurnRecord } from './turn-record.ts';

/** The turn in Markdown, for the Web UI's details: where it stands and what it did so far. */
export function turnDetails(record: TurnRecord): string {
  const { target, turn, run } = record.input;
  const lines = [
    `**${target.host}**, turn ${turn} of run \`${run.runId}\` (change ${run.change})`,
    '',
    record.stopping === null ? '' : `Stopping at the next safe point: ${record.stopping}\n`,
    ...record.steps.map(
      (s) => `1. **${s.step}**${s.round > 1 ? `, round ${s.round}` : ''}: ${s.result}. ${oneLine(s.text)}`,
    ),
  ];
  return detailsText(lines.join('\n'));
}

/** Text for one line of Markdown: no line breaks, at most 300 characters. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
