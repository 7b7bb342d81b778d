import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  setHandler,
  startChild,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import type { LockHolder } from '../../model/activities.ts';
import { controlActivities } from '../activity-proxies.ts';
import { requireParent } from '../entrance.ts';
import { releaseSignal } from '../messages.ts';
import { takeSignals } from '../signals.ts';
import { summaryText } from '../text-limits.ts';

/** Tries, when the holder has ended each time we look. */
export const START_ATTEMPTS = 3;

/**
 * A lock over all runs: Temporal lets only one workflow with an id run, so whoever started this one holds what its id names,
 * `group/<name>` or `datastore/<endpoint>/<name>`. It ends when the turn that started it releases it or is gone.
 */
export async function holdLock(): Promise<void> {
  requireParent();
  let released = false;
  const release = (): void => {
    released = true;
  };
  takeSignals(
    () => setHandler(releaseSignal, release, { description: 'Sent by the turn that holds the lock, when it is done.' }),
    () => undefined,
  );
  try {
    await condition(() => released);
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

type HeldLock = ChildWorkflowHandle<typeof holdLock>;

/** Takes the lock; null when somebody else has it. `what` is told in the Web UI. */
export async function takeLock(workflowId: string, what: string): Promise<HeldLock | null> {
  try {
    return await startChild(holdLock, {
      workflowId,
      parentClosePolicy: 'REQUEST_CANCEL',
      staticSummary: summaryText(what),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}

/** Runs `work` and releases the lock, whatever becomes of the work. */
export async function holding<R>(lock: HeldLock, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } finally {
    await CancellationScope.nonCancellable(async () => {
      await lock.signal(releaseSignal);
      await lock.result();
    }).catch((error: unknown) => log.warn('the lock was gone before its work ended', { lock: lock.workflowId, error }));
  }
}

/** Who holds the lock now; null for a holder that has ended by the time it is looked at. */
export async function holderOf(workflowId: string, name: string): Promise<LockHolder | null> {
  return await controlActivities.describeHolder.executeWithOptions({ summary: summaryText(`Who holds ${name}?`) }, [
    { workflowId },
  ]);
}
