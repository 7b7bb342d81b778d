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
import { groupHoldId } from '../model/ids.ts';
import { control } from './activity-proxies.ts';
import { releaseGroupSignal } from './messages.ts';
import { summaryText } from './text-limits.ts';
import { StepFailure } from './turn/step-failure.ts';

/**
 * Holds one redundancy group for the turn of one of its members, over all runs: the workflow id `group/<name>` is the lock
 * (domain.md, Guards: at most one member of a group in work, over all waves and all runs). It ends when the turn releases it
 * or is gone.
 */
export async function holdGroup(): Promise<void> {
  let released = false;
  setHandler(
    releaseGroupSignal,
    () => {
      released = true;
    },
    { description: 'Sent by the turn that holds the group, when it is done.' },
  );
  try {
    await condition(() => released);
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

/** A holder that has ended by the time it is looked at is no holder: the hold is started again. */
const START_ATTEMPTS = 3;

/** Runs `work` while the target's redundancy group is held; refuses with `GroupBusy` when another turn holds it. */
export async function withGroupHeld<T>(group: string | null, host: string, work: () => Promise<T>): Promise<T> {
  if (group === null) return await work();
  const hold = await startHold(group, host);
  try {
    return await work();
  } finally {
    await CancellationScope.nonCancellable(async () => {
      await hold.signal(releaseGroupSignal);
      await hold.result();
    }).catch((error: unknown) => log.warn('the hold of the group was gone before its turn ended', { group, error }));
  }
}

async function startHold(group: string, host: string, attempt = 1): Promise<ChildWorkflowHandle<typeof holdGroup>> {
  const workflowId = groupHoldId(group);
  try {
    return await startChild(holdGroup, {
      workflowId,
      parentClosePolicy: 'REQUEST_CANCEL',
      staticSummary: summaryText(`Redundancy group ${group}, held for ${host}`),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const holder = await control.describeHolder.executeWithOptions({ summary: summaryText(`Who holds ${group}?`) }, [
      { workflowId },
    ]);
    if (holder === null && attempt < START_ATTEMPTS) return await startHold(group, host, attempt + 1);
    throw new StepFailure(
      'GroupBusy',
      `Another member of redundancy group ${group} is in work: ${holder?.runId ?? workflowId}.`,
    );
  }
}
