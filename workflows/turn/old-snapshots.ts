import { log } from '@temporalio/workflow';
import type { OldSnapshots } from '../../model/activities.ts';
import type { LeftSnapshot, SnapshotRecord } from '../../model/turn.ts';
import { withDatastoreHeld } from './datastore-hold.ts';
import { asStepFailure } from './step-failure.ts';
import { request, summary, type TurnTools } from './steps.ts';
import type { TurnRecord } from './turn-record.ts';

/**
 * Looks which snapshots of earlier windows are on the host's machine. One that is over age raises an alarm at once: a warning in
 * the log, a line in the record and an item in the handover list; it goes by its keep rule, not by its age (domain.md, step 3).
 * Never fails: old snapshots are no reason to leave the host unpatched.
 */
export async function lookForOldSnapshots(tools: TurnTools): Promise<OldSnapshots> {
  const { record, site } = tools;
  try {
    const old = await site.oldSnapshots.executeWithOptions(summary(record, 'snapshots of earlier windows?'), [
      request(record, 1),
    ]);
    for (const { name, datastore, createdAt } of old.overAge) {
      const why = `over age, taken ${createdAt}`;
      if (old.expired.some((one) => one.name === name)) {
        // It goes in a moment; an end of the turn before that hands it over all the same.
        note(record, { name, datastore, why: `${why}; its time is up` });
        continue;
      }
      leave(record, { name, datastore }, `${why}; its keep rule holds it`);
      record.leftOut('snapshot-removal', `ALARM: ${name} on ${datastore} is ${why}; its keep rule holds it`);
    }
    return old;
  } catch (error) {
    const { type, message } = asStepFailure(error);
    record.leftOut('snapshot-removal', `could not look for snapshots of earlier windows: ${type}: ${message}`);
    return { expired: [], overAge: [] };
  }
}

/**
 * Removes the snapshots that have served their time, one after the other, in the host's turn and maintenance mode. One that cannot
 * be removed is noted and handed over; the turn goes on. A wait for the datastore leaves the turn the time that it needs.
 */
export async function removeExpired(tools: TurnTools, { expired }: OldSnapshots): Promise<void> {
  const { record } = tools;
  const { settings, target } = record.input;
  const [first] = expired;
  if (first === undefined) return;
  const waitUntil = Date.parse(settings.closesAt) - target.expectedMs;
  await record
    .step(
      'snapshot-removal',
      1,
      () => withDatastoreHeld(tools, first, waitUntil, () => removeEach(tools, expired)),
      (lines) => lines.join('; '),
    )
    .catch((error: unknown) => {
      const { type, message } = asStepFailure(error);
      for (const snapshot of expired) leave(record, snapshot, `not removed, ${type}: ${message}`);
    });
}

async function removeEach(tools: TurnTools, expired: SnapshotRecord[]): Promise<string[]> {
  const { record, site } = tools;
  const lines: string[] = [];
  for (const snapshot of expired) {
    try {
      await site.removeSnapshot.executeWithOptions(summary(record, `remove ${snapshot.name}`), [
        { ...request(record, 1), snapshot },
      ]);
      gone(record, snapshot.name);
      lines.push(`${snapshot.name} removed`);
    } catch (error) {
      const { type, message } = asStepFailure(error);
      leave(record, snapshot, `not removed, ${type}: ${message}`);
      lines.push(`${snapshot.name} not removed: ${type}: ${message}`);
    }
  }
  return lines;
}

/** The snapshot is not on the machine any more. */
export function gone(record: TurnRecord, name: string): void {
  record.snapshotsLeft = record.snapshotsLeft.filter((one) => one.name !== name);
}

function leave(record: TurnRecord, { name, datastore }: Pick<SnapshotRecord, 'name' | 'datastore'>, why: string): void {
  log.warn('a snapshot stays on a machine and should not', { host: record.input.target.host, name, datastore, why });
  note(record, { name, datastore, why });
}

function note(record: TurnRecord, left: LeftSnapshot): void {
  gone(record, left.name);
  record.snapshotsLeft.push(left);
}
