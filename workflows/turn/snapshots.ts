import { request, summary, type TurnTools } from './steps.ts';

/**
 * Removes snapshots of earlier windows that have served their time, then takes this turn's own where the plan says so
 * (domain.md, step 3: removal takes the target's turn, since it stuns the machine).
 */
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
      const removed = await site.removeExpiredSnapshots.executeWithOptions(
        summary(record, 'remove snapshots that served their time'),
        [request(record, 1)],
      );
      record.snapshot = await site.takeSnapshot.executeWithOptions(summary(record, 'snapshot'), [request(record, 1)]);
      return { removed, name: record.snapshot.name, keepUntil: record.snapshot.keepUntil };
    },
    ({ removed, name, keepUntil }) =>
      `${name}, kept until ${keepUntil}${removed.length > 0 ? `; removed ${removed.join(', ')}` : ''}`,
  );
}

/** Removes this turn's snapshot at once when the policy keeps none; a failure is told in the handover list, not held against the host. */
export async function snapshotAfter(tools: TurnTools): Promise<void> {
  const { record, site } = tools;
  const { snapshot } = record;
  if (snapshot === null || record.input.settings.snapshot.keepMs > 0) return;
  await record
    .step(
      'snapshot-removal',
      1,
      async () => {
        await site.removeSnapshot.executeWithOptions(summary(record, 'remove the snapshot'), [
          { ...request(record, 1), snapshot },
        ]);
        record.snapshot = null;
      },
      () => `${snapshot.name} removed`,
    )
    .catch(() => null);
}
