import type { ControlActivities } from '../../model/activities.ts';
import { LINE_OF_LOCK, type LockState } from '../../model/locks.ts';
import { describeWorkflow, notYet, type LockDependencies } from './lock-dependencies.ts';

/**
 * Looks whether it is worth while to ask for a lock again: it is free and the claim is first in line, has lost its place, is in doubt
 * for the same target or has only just come into doubt, or waits for what only a person can say.
 */
export function awaitLock({ client }: LockDependencies): ControlActivities['awaitLock'] {
  return async ({ lock, key, workflowId, inDoubt, pollMs }) => {
    const open = await describeWorkflow(client, lock);
    if (open === null || open.closeTime !== undefined) return null;
    const { holders, line, doubt } = await client.workflow.getHandle(lock).query<LockState>(LINE_OF_LOCK);
    const place = line.findIndex((claim) => claim.key === key);
    if (place === -1 || (place === 0 && holders.length === 0)) return null;
    const isNews = doubt !== null && (!inDoubt || doubt.text !== null || doubt.claim.workflowId === workflowId);
    if (isNews) return null;
    throw notYet(`${lock} is held by ${holders[0]?.runId ?? line[0]?.runId}, and ${place} wait before`, pollMs);
  };
}
