import type { PlaceInLine } from '../../model/activities.ts';
import { lockName } from '../../model/locks.ts';
import { followingControl } from '../activity-proxies.ts';
import { summaryText } from '../text-limits.ts';
import { limitReached } from '../turn/step-failure.ts';

/** Waits in line until it is worth while to ask for a lock again; false when `until` (epoch milliseconds) comes first. */
export async function untilFree(
  lock: string,
  { key, workflowId, inDoubt }: PlaceInLine,
  pollMs: number,
  until: number,
): Promise<boolean> {
  const options = {
    summary: summaryText(`wait in line for ${lockName(lock)}`),
    scheduleToCloseTimeout: Math.max(until - Date.now(), 1),
  };
  return await unlessLate(
    followingControl({ pollMs }).awaitLock.executeWithOptions(options, [{ lock, key, workflowId, inDoubt, pollMs }]),
  );
}

/** False where what was waited for did not come in time. */
export async function unlessLate(wait: Promise<unknown>): Promise<boolean> {
  try {
    await wait;
    return true;
  } catch (error) {
    if (limitReached(error)) return false;
    throw error;
  }
}
