import type { StepRecord, TurnInput } from '../../model/turn.ts';
import { detailsText } from '../text-limits.ts';

/** What the details tell of a turn. */
interface ShownTurn {
  input: TurnInput;
  stopping: string | null;
  steps: readonly StepRecord[];
  events: readonly string[];
}

/** The turn in Markdown, for the Web UI's details: where it stands and what it did so far. */
export function turnDetails({ input, stopping, steps, events }: ShownTurn): string {
  const { target, turn, run } = input;
  const lines = [
    `**${target.host}**, turn ${turn} of run \`${run.runId}\` (change ${run.change})`,
    '',
    stopping === null ? '' : `Stopping at the next safe point: ${stopping}\n`,
    ...steps.flatMap((s) => [
      `1. **${s.step}**${s.round > 1 ? `, round ${s.round}` : ''}: ${s.result}. ${oneLine(s.text)}`,
      ...(s.notes ?? []).map((note) => `   - ${oneLine(note)}`),
    ]),
    ...(events.length === 0 ? [] : ['', 'The event log of the host since the turn began:', '']),
    ...events.map((event) => `- ${oneLine(event)}`),
  ];
  return detailsText(lines.join('\n'));
}

/** Text for one line of Markdown: no line breaks, at most 300 characters. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
