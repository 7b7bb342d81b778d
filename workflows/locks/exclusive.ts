import { StepFailure } from '../turn/step-failure.ts';
import { holderOf, holding, takeLock } from './lock.ts';

/** A holder that has ended by the time it is looked at is no holder: the lock is tried again. */
const START_ATTEMPTS = 3;

/**
 * Runs `work` while every one of these locks is held, taken in the order of their names so that two turns never wait for each
 * other. Refuses with `GroupBusy` when another turn has one: at most one member of a redundancy group is in work, over all
 * waves and all runs.
 */
export async function withExclusive<R>(keys: readonly string[], holder: string, work: () => Promise<R>): Promise<R> {
  const [first, ...others] = [...new Set(keys)].toSorted();
  if (first === undefined) return await work();
  return await withLock(first, holder, () => withExclusive(others, holder, work));
}

async function withLock<R>(key: string, holder: string, work: () => Promise<R>): Promise<R> {
  const group = key.startsWith('group/') ? `redundancy group ${key.slice('group/'.length)}` : key;
  for (let attempt = 1; ; attempt += 1) {
    const lock = await takeLock(key, `${group}, held for ${holder}`);
    if (lock !== null) return await holding(lock, work);
    const other = await holderOf(key, group);
    if (other === null && attempt < START_ATTEMPTS) continue;
    throw new StepFailure('GroupBusy', `Another member of ${group} is in work: ${other?.runId ?? key}.`);
  }
}
