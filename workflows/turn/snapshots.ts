import { withDatastoreHeld } from './datastore-hold.ts';
import { gone } from './old-snapshots.ts';
import { request, summary, type TurnTools } from './steps.ts';

/** Takes this turn's snapshot where the plan says so (domain.md, step 3). */
export async function snapshotBefore(tools: TurnTools): Promise<void> {
  const { record, site } = tools;
  if (!record.input.target.snapshot) {
    record.leftOut('snapshot', record.input.target.snapshotReason);
    return;
  }
  await record.step(
    'snapshot',
    1,
    async () => {
      record.snapshot = await site.takeSnapshot.executeWithOptions(summary(record, 'snapshot'), [request(record, 1)]);
      return record.snapshot;
    },
    ({ name, keepUntil }) => `${name}, kept until ${keepUntil}`,
  );
}

/**
 * Removes this turn's snapshot at once when the policy keeps none. A failure, or a datastore that is not free before the window
 * closes, is told in the record and the handover list, not held against the host: the next window removes it.
 */
export async function snapshotAfter(tools: TurnTools): Promise<void> {
  const { record, site } = tools;
  const { settings } = record.input;
  const { snapshot } = record;
  if (snapshot === null || settings.snapshot.keepMs > 0) return;
  const remove = () =>
    site.removeSnapshot.executeWithOptions(summary(record, 'remove the snapshot'), [
      { ...request(record, 1), snapshot },
    ]);
  await record
    .step(
      'snapshot-removal',
      1,
      async () => {
        await withDatastoreHeld(tools, snapshot, Date.parse(settings.closesAt), remove);
        record.snapshot = null;
        gone(record, snapshot.name);
      },
      () => `${snapshot.name} removed`,
    )
    .catch(() => null);
}
