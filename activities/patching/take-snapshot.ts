import type { SiteActivities, StepRequest } from '../../model/activities.ts';
import type { DatastoreFact } from '../../model/facts.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { SnapshotRecord } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { failure } from '../failure.ts';
import { callEndpoint } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { beating } from './heartbeat.ts';
import { endpointParameters, findEndpoint, findHost, virtualMachineOf } from './inventory-lookup.ts';
import { removeByName } from './remove-snapshot.ts';
import { readSnapshotComment, writeSnapshotComment } from './snapshot-comment.ts';
import { firstOfThisRun, readSnapshots, snapshotName } from './snapshots.ts';
import { keyOf } from './step.ts';

/**
 * Takes the snapshot that leads back to before the run: quiesced, or not at all (domain.md, Patch window, step 3).
 * A later turn of the same run keeps the first turn's snapshot, since only that one shows the host as it was.
 */
export function takeSnapshot(site: PatchingDependencies): SiteActivities['takeSnapshot'] {
  return (request) =>
    beating(async () => {
      const { run, settings } = request;
      const host = findHost(site, request.target.host);
      const vm = virtualMachineOf(host);
      const { snapshots, datastore } = await readSnapshots(site, host, vm, {
        limits: settings.limits,
        silence: 'SnapshotFailed',
      });
      const earlier = firstOfThisRun(request, snapshots);
      if (earlier === null) refuseFullDatastore(host, datastore, request);
      const turn = earlier?.turn ?? request.turn;
      const name = snapshotName(request, turn);
      const keepUntil =
        readSnapshotComment(earlier?.snapshot.comment ?? '')?.keepUntil ??
        new Date(Date.now() + settings.snapshot.keepMs).toISOString();
      const endpoint = findEndpoint(site, vm.endpoint, host);
      const taken = await callEndpoint(site, SCRIPTS.newVmSnapshot, endpoint, {
        parameters: {
          ...endpointParameters(endpoint),
          VmId: vm.vmId,
          Name: name,
          Comment: writeSnapshotComment({ runId: run.runId, keepUntil }),
          Key: keyOf({ ...request, turn, round: 1 }, 'snapshot'),
        },
        host,
        silence: 'SnapshotFailed',
      });
      const record: SnapshotRecord = { endpoint: vm.endpoint, vmId: vm.vmId, datastore: vm.datastore, name, keepUntil };
      if (!taken.quiesced) await refuseCrashConsistent(site, request, host, record);
      return record;
    });
}

function refuseFullDatastore(host: InventoryHost, datastore: DatastoreFact, { settings }: StepRequest): void {
  const { datastoreFreeGb, datastoreSnapshots } = settings.limits;
  const reasons: string[] = [];
  if (datastore.freeGb < datastoreFreeGb)
    reasons.push(`${Math.floor(datastore.freeGb)} GB are free, ${datastoreFreeGb} GB are needed`);
  if (datastore.snapshots >= datastoreSnapshots)
    reasons.push(`it holds ${datastore.snapshots} snapshots, ${datastoreSnapshots} are allowed`);
  if (reasons.length === 0) return;
  const message = `No snapshot of ${host.name} on datastore ${datastore.name}: ${reasons.join(' and ')}.`;
  throw failure('DatastoreFull', message, { host: host.name });
}

/** VMware falls back to a snapshot that is not quiesced without a word; such a one is worse than none, because it looks like a way back. */
async function refuseCrashConsistent(
  site: PatchingDependencies,
  request: StepRequest,
  host: InventoryHost,
  record: SnapshotRecord,
): Promise<never> {
  await removeByName(site, request, host, record);
  throw failure(
    'SnapshotFailed',
    `The snapshot of ${host.name} was not quiesced, so it was removed again: look at the guest's integration tools.`,
    { host: host.name },
  );
}
