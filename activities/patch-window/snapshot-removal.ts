import type { InventoryHost } from '../../model/inventory.ts';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import { SNAPSHOT_OVER_AGE_MS, type SnapshotRecord } from '../../model/patch-window/turn.ts';
import type { StepRequest } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callEndpoint } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure } from '../step/failure.ts';
import { endpointParameters, findEndpoint, hostAsItIs, hostAsPlanned } from '../step/inventory.ts';
import { keyOf } from '../step/keys.ts';
import { step } from '../step/step.ts';
import { firstOfThisRun, OUR_SNAPSHOTS, readKeepUntil, readSnapshots } from './our-snapshots.ts';

/**
 * Which of our snapshots on the host's machine have served their time, and which are over age, whatever their keep rule says.
 * A snapshot of this run never counts as expired: it may be the way back. One whose comment a person changed has no end time any
 * more: it can only grow over age. Fails with `SnapshotRemovalFailed`.
 */
export function oldSnapshots(site: StepDependencies): PatchActivities['oldSnapshots'] {
  return (request) =>
    step(async () => {
      const host = hostAsItIs(site, request);
      const vm = host.virtualization;
      if (vm === 'physical') return { expired: [], overAge: [] };
      const { limits } = request;
      const { snapshots } = await readSnapshots(site, host, vm, { limits, silence: 'SnapshotRemovalFailed' });
      const { endpoint, vmId, datastore } = vm;
      const now = Date.now();
      const ours = snapshots.filter(({ name }) => name.startsWith(OUR_SNAPSHOTS));
      const wayBack = firstOfThisRun(request, ours)?.snapshot.name;
      return {
        expired: ours.flatMap(({ name, comment }) => {
          const keepUntil = readKeepUntil(comment);
          if (keepUntil === null || name === wayBack || Date.parse(keepUntil) > now) return [];
          return [{ endpoint, vmId, datastore, name, keepUntil }];
        }),
        overAge: ours
          .filter(({ createdAt }) => Date.parse(createdAt) < now - SNAPSHOT_OVER_AGE_MS)
          .map(({ name, createdAt }) => ({ name, datastore, createdAt })),
      };
    });
}

/** Removes a snapshot of ours, of this run or an earlier one. Refuses any name that is not of our making. */
export function removeSnapshot(site: StepDependencies): PatchActivities['removeSnapshot'] {
  return (request) =>
    step(async () => {
      await removeByName(site, request, hostAsPlanned(site, request), request.snapshot);
      return null;
    });
}

/** Removes one snapshot of ours; one that is not there any more is done. Fails with `SnapshotRemovalFailed`. */
export async function removeByName(
  site: StepDependencies,
  request: StepRequest,
  host: InventoryHost,
  { endpoint: endpointName, vmId, name }: Pick<SnapshotRecord, 'endpoint' | 'vmId' | 'name'>,
): Promise<void> {
  if (!name.startsWith(OUR_SNAPSHOTS))
    throw failure('SnapshotRemovalFailed', `The snapshot ${name} of ${host.name} is not one of ours: it stays.`, {
      host: host.name,
    });
  const endpoint = findEndpoint(site, endpointName, host);
  await callEndpoint(site, SCRIPTS.removeVmSnapshot, endpoint, {
    parameters: {
      ...endpointParameters(endpoint),
      VmId: vmId,
      Name: name,
      Key: keyOf(request, 'snapshot-removal', name),
    },
    host,
    silence: 'SnapshotRemovalFailed',
  });
}
