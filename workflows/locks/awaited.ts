import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { LockHolder } from '../../model/activities.ts';
import type { FailureType } from '../../model/failures.ts';
import { controlWaiting } from '../activity-proxies.ts';
import { StepFailure } from '../turn/step-failure.ts';
import { summary, type TurnTools } from '../turn/tools.ts';
import { holderOf, holding, takeLock } from './lock.ts';

export interface AwaitedLock {
  workflowId: string;
  /** What the lock is on, in words: `datastore ds1 of vcenter01.corp.example`. */
  name: string;
  /** What its holder does meanwhile: `removes a snapshot`. */
  does: string;
  /** What the wait fails with when its time is up. */
  busy: FailureType;
  /** Epoch milliseconds until which it is waited for. */
  waitUntil: number;
}

/**
 * Runs `work` while the lock is held. Waits until `waitUntil` or a stop, then fails with `busy`. Once the window has closed nothing
 * is begun any more, which is `WindowClosing`.
 */
export async function withLockAwaited<R>(tools: TurnTools, lock: AwaitedLock, work: () => Promise<R>): Promise<R> {
  const { closesAt } = tools.input;
  for (;;) {
    if (closesAt !== null && Date.now() >= Date.parse(closesAt))
      throw new StepFailure('WindowClosing', `The window closed at ${closesAt}: nothing is done on ${lock.name} now.`);
    const held = await takeLock(lock.workflowId, `${lock.name}, held for ${tools.record.target.id}`);
    if (held !== null) return await holding(held, work);
    const holder = await holderOf(lock.workflowId, lock.name);
    if (holder === null || (await isReleased(tools, holder, lock))) continue;
    const why = tools.record.stopping === null ? 'and there is no time left to wait' : 'and the turn was asked to stop';
    throw new StepFailure(lock.busy, `Run ${holder.runId} ${lock.does} on ${lock.name}, ${why}.`);
  }
}

/** Waits for the holder's end; false when the time is up or the turn is asked to stop first. */
async function isReleased(
  { record }: TurnTools,
  { workflowId, executionRunId, runId }: LockHolder,
  { name, waitUntil }: AwaitedLock,
): Promise<boolean> {
  if (record.stopping !== null || Date.now() >= waitUntil) return false;
  const scope = new CancellationScope();
  const released = scope.run(() =>
    controlWaiting.awaitRelease.executeWithOptions(summary(record, `wait for ${name}, held by ${runId}`), [
      { workflowId, executionRunId, until: new Date(waitUntil).toISOString() },
    ]),
  );
  const stopped = condition(() => record.stopping !== null).then(() => false);
  const first = await Promise.race([released, stopped]);
  scope.cancel();
  await released.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  return first;
}
