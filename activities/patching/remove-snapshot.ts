import type { SiteActivities, StepRequest } from '../../model/activities.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { SnapshotRecord } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { failure } from '../failure.ts';
import { callEndpoint } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { beating } from './heartbeat.ts';
import { findEndpoint, findHost } from './inventory-lookup.ts';
import { OUR_SNAPSHOTS, readSnapshotComment } from './snapshot-comment.ts';
import { firstOfThisRun, readSnapshots } from './snapshots.ts';
import { keyOf } from './step.ts';

type SnapshotAddress = Pick<SnapshotRecord, 'endpoint' | 'vmId' | 'name'>;

/** Removes the snapshot that this run took. Refuses any name that is not of our making. */
export function removeSnapshot(site: PatchingDependencies): SiteActivities['removeSnapshot'] {
  return (request) => beating(() => removeByName(site, request, findHost(site, request.target.host), request.snapshot));
}

/**
 * Removes our snapshots of earlier runs that have served their time, one after the other, since each removal stuns the machine
 * while it consolidates (domain.md, Patch window, step 3). A snapshot of this run stays: it may be the way back.
 */
export function removeExpiredSnapshots(site: PatchingDependencies): SiteActivities['removeExpiredSnapshots'] {
  return (request) =>
    beating(async (beat) => {
      const host = findHost(site, request.target.host);
      const vm = host.virtualization;
      if (vm === 'physical') return [];
      const { snapshots } = await readSnapshots(site, host, vm, {
        limits: request.settings.limits,
        silence: 'SnapshotRemovalFailed',
      });
      const wayBack = firstOfThisRun(request, snapshots)?.snapshot.name;
      const removed: string[] = [];
      for (const { name, comment } of snapshots) {
        if (!name.startsWith(OUR_SNAPSHOTS) || name === wayBack || !hasServedItsTime(comment)) continue;
        beat({ percent: 0, current: name });
        await removeByName(site, request, host, { endpoint: vm.endpoint, vmId: vm.vmId, name });
        removed.push(name);
      }
      return removed;
    });
}

/** Removes one snapshot of ours; one that is not there any more is done. Fails with `SnapshotRemovalFailed`. */
export async function removeByName(
  site: PatchingDependencies,
  request: StepRequest,
  host: InventoryHost,
  { endpoint, vmId, name }: SnapshotAddress,
): Promise<void> {
  if (!name.startsWith(OUR_SNAPSHOTS))
    throw failure('SnapshotRemovalFailed', `The snapshot ${name} of ${host.name} is not one of ours: it stays.`, {
      host: host.name,
    });
  await callEndpoint(site, SCRIPTS.removeVmSnapshot, findEndpoint(site, endpoint, host), {
    parameters: { EndpointName: endpoint, VmId: vmId, Name: name, Key: keyOf(request, 'snapshot-removal', name) },
    host,
    silence: 'SnapshotRemovalFailed',
  });
}

/** A comment that is not of our form has no end time: a person decides about that snapshot. */
function hasServedItsTime(comment: string): boolean {
  const read = readSnapshotComment(comment);
  return read !== null && Date.parse(read.keepUntil) <= Date.now();
}
