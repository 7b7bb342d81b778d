import { condition, defineSignal, setHandler, startChild } from '@temporalio/workflow';
import type { Claim } from '../../../model/locks.ts';
import type { Outcome } from '../../../model/turn.ts';
import { holdsQuery } from '../../../workflows/messages.ts';
import { label } from '../../../workflows/search-attributes.ts';

export { lock } from '../../../workflows/index.ts';

export const endSignal = defineSignal<[Outcome[]]>('end');
export const doneSignal = defineSignal('done');

/** A run that starts one turn and lives as long as that. */
export async function lockRun(turnId: string, lock: string): Promise<void> {
  const turn = await startChild(lockTurn, { workflowId: turnId, args: [lock], parentClosePolicy: 'ABANDON' });
  await turn.result();
}

/** A turn that says that it holds a lock until a signal comes, and ends with the outcomes that another one brings. */
export async function lockTurn(lock: string): Promise<Outcome[]> {
  let outcomes: Outcome[] | undefined;
  setHandler(endSignal, (given) => {
    outcomes = given;
  });
  setHandler(doneSignal, () => label({ locks: [] }));
  setHandler(holdsQuery, () => ({ [lock]: { key: 'as it says itself' } as Claim }));
  label({ locks: [lock] });
  await condition(() => outcomes !== undefined);
  return outcomes ?? [];
}
