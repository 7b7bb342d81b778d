import type { SiteActivities, StepRequest } from '../../model/activities.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { SnapshotRecord } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { failure } from '../failure.ts';
import { callEndpoint } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { beating } from './heartbeat.ts';
import { endpointParameters, findEndpoint, findHost } from './inventory-lookup.ts';
import { OUR_SNAPSHOTS } from './snapshot-comment.ts';
import { keyOf } from './step.ts';

type SnapshotAddress = Pick<SnapshotRecord, 'endpoint' | 'vmId' | 'name'>;

/** Removes a snapshot of ours, of this run or an earlier one. Refuses any name that is not of our making. */
export function removeSnapshot(site: PatchingDependencies): SiteActivities['removeSnapshot'] {
  return (request) => beating(() => removeByName(site, request, findHost(site, request.target.host), request.snapshot));
}

/** Removes one snapshot of ours; one that is not there any more is done. Fails with `SnapshotRemovalFailed`. */
export async function removeByName(
  site: PatchingDependencies,
  request: StepRequest,
  host: InventoryHost,
  { endpoint: endpointName, vmId, name }: SnapshotAddress,
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
