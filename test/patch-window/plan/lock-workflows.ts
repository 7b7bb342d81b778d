import { condition, defineSignal, setHandler, startChild } from '@temporalio/workflow';
import type { TurnOutcome } from '../../../model/turn.ts';

export const endSignal = defineSignal<[TurnOutcome]>('end');

/** A run that starts one turn and lives as long as that. */
export async function lockRun(turnId: string, holdId: string): Promise<void> {
  const turn = await startChild(lockTurn, { workflowId: turnId, args: [holdId], parentClosePolicy: 'ABANDON' });
  await turn.result();
}

/** A turn that holds a group and ends with the outcome that a signal brings. */
export async function lockTurn(holdId: string): Promise<TurnOutcome> {
  let outcome: TurnOutcome | undefined;
  setHandler(endSignal, (given) => {
    outcome = given;
  });
  await startChild(lockHold, { workflowId: holdId, parentClosePolicy: 'TERMINATE' });
  await condition(() => outcome !== undefined);
  if (outcome === undefined) throw new Error('condition ended without an outcome');
  return outcome;
}

export async function lockHold(): Promise<void> {
  await condition(() => false);
}
