import { lockName, type LockState } from '../../model/locks.ts';
import { detailsText, oneLine } from '../text-limits.ts';

/** A lock in Markdown, for the Web UI's details. */
export function lockDetails(workflowId: string, { holders, line, doubt }: LockState): string {
  const held = holders.map(({ runId, workflowId: turn }) => `- held by \`${turn}\` of run \`${runId}\``);
  const waiting = line.map(({ runId, workflowId: turn }) => `1. \`${turn}\` of run \`${runId}\``);
  return detailsText(
    [
      `Lock of **${lockName(workflowId)}**: one holder at a time, over all runs.`,
      '',
      ...(held.length === 0 ? ['- free'] : held),
      ...(doubt === null
        ? []
        : [`- in doubt: ${oneLine(doubt.text ?? 'its turn ended without a word; its target is looked at')}`]),
      ...(waiting.length === 0 ? [] : ['', 'In line:', '', ...waiting]),
    ].join('\n'),
  );
}
