import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { LockHolder } from '../../model/activities.ts';
import { datastoreHoldId } from '../../model/ids.ts';
import type { SnapshotRecord } from '../../model/turn.ts';
import { controlWaiting } from '../activity-proxies.ts';
import { holderOf, takeHold, whileHeld } from '../hold.ts';
import { StepFailure } from './step-failure.ts';
import { summary, type TurnTools } from './steps.ts';

/**
 * Runs `work`, a removal of snapshots, while no other run removes one on the same datastore: removal stuns machines while it
 * consolidates (domain.md, step 3: one a datastore at a time). Unlike a redundancy group, a datastore is waited for, until
 * `waitUntil` (epoch milliseconds) or until the turn is asked to stop; then it fails with `DatastoreBusy`. Once the window has
 * closed nothing is removed any more, which is `WindowClosing`.
 */
export async function withDatastoreHeld<T>(
  tools: TurnTools,
  { endpoint, datastore }: Pick<SnapshotRecord, 'endpoint' | 'datastore'>,
  waitUntil: number,
  work: () => Promise<T>,
): Promise<T> {
  const { settings, target } = tools.record.input;
  const workflowId = datastoreHoldId(endpoint, datastore);
  for (;;) {
    if (Date.now() >= Date.parse(settings.closesAt))
      throw new StepFailure('WindowClosing', `The window closed at ${settings.closesAt}: no snapshot is removed now.`);
    const hold = await takeHold(workflowId, `Datastore ${datastore} on ${endpoint}, held for ${target.host}`);
    if (hold !== null) return await whileHeld(hold, work);
    const holder = await holderOf(workflowId, datastore);
    if (holder === null) continue;
    if (await isReleased(tools, holder, datastore, waitUntil)) continue;
    const why = tools.record.stopping === null ? 'and there is no time left to wait' : 'and the turn was asked to stop';
    throw new StepFailure(
      'DatastoreBusy',
      `Run ${holder.runId} removes a snapshot on datastore ${datastore} of ${endpoint}, ${why}.`,
    );
  }
}

/** Waits for the holder's end; false when the time is up or the turn is asked to stop first. */
async function isReleased(
  tools: TurnTools,
  { workflowId, executionRunId, runId }: LockHolder,
  datastore: string,
  waitUntil: number,
): Promise<boolean> {
  const { record } = tools;
  if (record.stopping !== null || Date.now() >= waitUntil) return false;
  const scope = new CancellationScope();
  const released = scope.run(() =>
    controlWaiting.awaitRelease.executeWithOptions(
      summary(record, `wait for datastore ${datastore}, held by ${runId}`),
      [{ workflowId, executionRunId, until: new Date(waitUntil).toISOString() }],
    ),
  );
  const stopped = condition(() => record.stopping !== null).then(() => false);
  const first = await Promise.race([released, stopped]);
  scope.cancel();
  await released.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  return first;
}
