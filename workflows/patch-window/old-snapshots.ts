import { log } from '@temporalio/workflow';
import type { OldSnapshots } from '../../model/patch-window/activities.ts';
import type { LeftSnapshot, PatchState, SnapshotRecord } from '../../model/patch-window/turn.ts';
import { begin } from '../turn/begin.ts';
import { passedOver } from '../turn/step-failure.ts';
import { act } from '../turn/tools.ts';
import { withDatastore } from './datastore.ts';
import { request, type PatchTools } from './tools.ts';

/**
 * Looks which snapshots of earlier windows are on the host's machine. One that is over age raises an alarm at once: a warning in
 * the log, a line in the record and an item in the handover list. It is removed only once `keepUntil` has passed.
 * Never fails, unless the turn is held up: old snapshots are no reason to leave the host unpatched.
 */
export async function lookForOldSnapshots(tools: PatchTools): Promise<OldSnapshots> {
  const { record, steps } = tools;
  try {
    const old = await act(tools, steps.oldSnapshots, 'snapshots of earlier windows?', request(tools));
    record.own.snapshotsLeft = [];
    for (const { name, datastore, createdAt } of old.overAge) {
      const why = `over age, taken ${createdAt}`;
      if (old.expired.some((one) => one.name === name)) {
        // It goes in a moment; an end of the turn before that hands it over all the same.
        keep(record.own, { name, datastore, why: `${why}; its time is up` });
        continue;
      }
      leave(tools, { name, datastore }, `${why}; its keep rule holds it`);
      record.leftOut('snapshot-removal', `ALARM: ${name} on ${datastore} is ${why}; its keep rule holds it`);
    }
    return old;
  } catch (error) {
    const { type, message } = passedOver(error);
    record.leftOut('snapshot-removal', `could not look for snapshots of earlier windows: ${type}: ${message}`);
    return { expired: [], overAge: [] };
  }
}

/**
 * Removes the snapshots that have served their time, one after the other, in the host's turn and maintenance mode. One that cannot
 * be removed is noted and handed over; the turn goes on. The wait for the datastore ends early enough for the rest of the turn.
 */
export async function removeExpired(tools: PatchTools, { expired }: OldSnapshots): Promise<void> {
  const { record, closesAt } = tools;
  const [first] = expired;
  if (first === undefined) return;
  const waitUntil = Date.parse(closesAt) - record.target.expectedMs;
  await record
    .step(
      'snapshot-removal',
      1,
      () => withDatastore(tools, first, waitUntil, () => removeEach(tools, expired)),
      (lines) => lines.join('; '),
    )
    .catch((error: unknown) => {
      const { type, message } = passedOver(error);
      for (const snapshot of expired) leave(tools, snapshot, `not removed, ${type}: ${message}`);
    });
}

async function removeEach(tools: PatchTools, expired: SnapshotRecord[]): Promise<string[]> {
  const { record, steps } = tools;
  const lines: string[] = [];
  for (const snapshot of expired) {
    try {
      await begin(tools, steps.removeSnapshot, `remove ${snapshot.name}`, { ...request(tools), snapshot });
      gone(record.own, snapshot.name);
      lines.push(`${snapshot.name} removed`);
    } catch (error) {
      const { type, message } = passedOver(error);
      leave(tools, snapshot, `not removed, ${type}: ${message}`);
      lines.push(`${snapshot.name} not removed: ${type}: ${message}`);
    }
  }
  return lines;
}

/** The snapshot is not on the machine any more. */
export function gone(own: PatchState, name: string): void {
  own.snapshotsLeft = own.snapshotsLeft.filter((one) => one.name !== name);
}

function leave(
  { record }: PatchTools,
  { name, datastore }: Pick<SnapshotRecord, 'name' | 'datastore'>,
  why: string,
): void {
  log.warn('a snapshot stays on a machine and should not', { host: record.target.id, name, datastore, why });
  keep(record.own, { name, datastore, why });
}

/** A snapshot that is on the machine, or may be, and is to be handed over. */
export function keep(own: PatchState, left: LeftSnapshot): void {
  gone(own, left.name);
  own.snapshotsLeft.push(left);
}
