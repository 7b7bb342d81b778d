import { StepFailure } from '../turn/step-failure.ts';
import { holderOf, holding, START_ATTEMPTS, takeLock } from './lock.ts';

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
  const isGroup = key.startsWith('group/');
  const name = isGroup ? `redundancy group ${key.slice('group/'.length)}` : key;
  for (let attempt = 1; ; attempt += 1) {
    const lock = await takeLock(key, `${name}, held for ${holder}`);
    if (lock !== null) return await holding(lock, work);
    const other = await holderOf(key, name);
    if (other === null && attempt < START_ATTEMPTS) continue;
    const run = other?.runId ?? 'a run that has just ended';
    const told = isGroup ? `Another member of ${name} is in work: ${run}.` : `The lock ${key} is held by ${run}.`;
    throw new StepFailure('GroupBusy', told);
  }
}
