import type { TurnInput } from '../../model/turn.ts';
import { detailsText, oneLine } from '../text-limits.ts';
import type { TurnWork } from './take-turn.ts';
import type { TargetRecord } from './target-record.ts';

/** The turn in Markdown, for the Web UI's details: where each of its targets stands and what was done to it so far. */
export function turnDetails<M, T, O>(
  { run }: TurnInput<M, T, O>,
  records: readonly TargetRecord<T, O>[],
  work: Pick<TurnWork<M, T, O>, 'details'>,
): string {
  const lines = records.flatMap((record) => [
    `**${record.target.id}**, turn ${record.turn} of run \`${run.runId}\` (change ${run.change})`,
    '',
    record.stopping === null ? '' : `Stopping at the next safe point: ${record.stopping}\n`,
    ...record.steps.flatMap(({ step, round, result, text, notes = [] }) => [
      `1. **${step}**${round > 1 ? `, round ${round}` : ''}: ${result}. ${oneLine(text)}`,
      ...notes.map((note) => `   - ${oneLine(note)}`),
    ]),
    ...(work.details?.(record.own) ?? []),
  ]);
  return detailsText(lines.join('\n'));
}
