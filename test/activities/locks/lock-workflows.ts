import { condition, defineSignal, setHandler, startChild } from '@temporalio/workflow';
import type { Outcome } from '../../../model/turn.ts';

export const endSignal = defineSignal<[Outcome[]]>('end');

/** A run that starts one turn and lives as long as that. */
export async function lockRun(turnId: string, holdId: string): Promise<void> {
  const turn = await startChild(lockTurn, { workflowId: turnId, args: [holdId], parentClosePolicy: 'ABANDON' });
  await turn.result();
}

/** A turn that holds a group and ends with the outcomes that a signal brings. */
export async function lockTurn(holdId: string): Promise<Outcome[]> {
  let outcomes: Outcome[] | undefined;
  setHandler(endSignal, (given) => {
    outcomes = given;
  });
  await startChild(lockHold, { workflowId: holdId, parentClosePolicy: 'TERMINATE' });
  await condition(() => outcomes !== undefined);
  if (outcomes === undefined) throw new Error('condition ended without an outcome');
  return outcomes;
}

export async function lockHold(): Promise<void> {
  await condition(() => false);
}
