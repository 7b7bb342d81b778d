import { groupHoldId } from '../model/ids.ts';
import { holderOf, takeHold, whileHeld } from './hold.ts';
import { StepFailure } from './turn/step-failure.ts';

/** A holder that has ended by the time it is looked at is no holder: the lock is tried again. */
const START_ATTEMPTS = 3;

/**
 * Runs `work` while the target's redundancy group is held; refuses with `GroupBusy` when another turn holds it
 * (domain.md, Guards: at most one member of a group in work, over all waves and all runs).
 */
export async function withGroupHeld<T>(group: string | null, host: string, work: () => Promise<T>): Promise<T> {
  if (group === null) return await work();
  const workflowId = groupHoldId(group);
  for (let attempt = 1; ; attempt += 1) {
    const hold = await takeHold(workflowId, `Redundancy group ${group}, held for ${host}`);
    if (hold !== null) return await whileHeld(hold, work);
    const holder = await holderOf(workflowId, group);
    if (holder === null && attempt < START_ATTEMPTS) continue;
    throw new StepFailure(
      'GroupBusy',
      `Another member of redundancy group ${group} is in work: ${holder?.runId ?? workflowId}.`,
    );
  }
}
