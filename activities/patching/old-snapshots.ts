import type { OldSnapshots, SiteActivities } from '../../model/activities.ts';
import { SNAPSHOT_OVER_AGE_MS } from '../../model/turn.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';
import { OUR_SNAPSHOTS, readSnapshotComment } from './snapshot-comment.ts';
import { firstOfThisRun, readSnapshots } from './snapshots.ts';

/**
 * Which of our snapshots on the host's machine have served their time, and which are over age, whatever their keep rule says
 * (domain.md, Patch window, step 3). A snapshot of this run never counts as expired: it may be the way back. One whose comment
 * a person changed has no end time any more: it can only grow over age. Fails with `SnapshotRemovalFailed`.
 */
export function oldSnapshots(site: PatchingDependencies): SiteActivities['oldSnapshots'] {
  return (request) =>
    beating(async (): Promise<OldSnapshots> => {
      const host = findHost(site, request.target.host);
      const vm = host.virtualization;
      if (vm === 'physical') return { expired: [], overAge: [] };
      const { snapshots } = await readSnapshots(site, host, vm, {
        limits: request.settings.limits,
        silence: 'SnapshotRemovalFailed',
      });
      const { endpoint, vmId, datastore } = vm;
      const now = Date.now();
      const ours = snapshots.filter(({ name }) => name.startsWith(OUR_SNAPSHOTS));
      const wayBack = firstOfThisRun(request, ours)?.snapshot.name;
      return {
        expired: ours.flatMap(({ name, comment }) => {
          const keepUntil = readSnapshotComment(comment)?.keepUntil;
          if (keepUntil === undefined || name === wayBack || Date.parse(keepUntil) > now) return [];
          return [{ endpoint, vmId, datastore, name, keepUntil }];
        }),
        overAge: ours
          .filter(({ createdAt }) => Date.parse(createdAt) < now - SNAPSHOT_OVER_AGE_MS)
          .map(({ name, createdAt }) => ({ name, datastore, createdAt })),
      };
    });
}
