import type { PerhapsTaken } from '../../model/patch-window/turn.ts';
import { begin } from '../turn/begin.ts';
import { passedOver, perhapsDone } from '../turn/step-failure.ts';
import { withDatastore } from './datastore.ts';
import { gone, keep } from './old-snapshots.ts';
import { request, type PatchTools } from './tools.ts';

/** Takes this turn's snapshot where the plan says so. */
export async function snapshotBefore(tools: PatchTools): Promise<void> {
  const { record, steps, material, patchLimits } = tools;
  const { snapshot, snapshotReason } = record.target.own;
  if (!snapshot) {
    record.leftOut('snapshot', snapshotReason);
    return;
  }
  const { datastoreFreeGb, datastoreSnapshots } = patchLimits;
  const asked = { keepMs: material.snapshot.keepMs, datastore: { datastoreFreeGb, datastoreSnapshots } };
  await record.step(
    'snapshot',
    1,
    async () => {
      const taken = begin(tools, steps.takeSnapshot, 'snapshot', { ...request(tools), ...asked });
      record.own.snapshot = await taken.catch((error: unknown) => {
        const left = perhapsDone(error) as PerhapsTaken | undefined;
        if (left !== undefined) keep(record.own, { ...left, why: 'may have been taken, although the step failed' });
        throw error;
      });
      return record.own.snapshot;
    },
    ({ name, keepUntil }) => `${name}, kept until ${keepUntil}`,
  );
}

/**
 * Removes this turn's snapshot at once when the policy keeps none. A failure, or a datastore that is not free before the window
 * closes, is told in the record and the handover list, not held against the host: the next window removes it.
 */
export async function snapshotAfter(tools: PatchTools): Promise<void> {
  const { record, steps, material, closesAt } = tools;
  const { snapshot } = record.own;
  if (snapshot === null || material.snapshot.keepMs > 0) return;
  const remove = () => begin(tools, steps.removeSnapshot, 'remove the snapshot', { ...request(tools), snapshot });
  await record
    .step(
      'snapshot-removal',
      1,
      async () => {
        await withDatastore(tools, snapshot, Date.parse(closesAt), remove);
        record.own.snapshot = null;
        gone(record.own, snapshot.name);
      },
      () => `${snapshot.name} removed`,
    )
    .catch(passedOver);
}
