import type { InventoryHost, VirtualMachine } from '../../model/inventory.ts';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { DatastoreFact } from '../../model/patch-window/facts.ts';
import type { PatchLimits } from '../../model/patch-window/plan.ts';
import type { PerhapsTaken, SnapshotRecord } from '../../model/patch-window/turn.ts';
import type { StepRequest } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callEndpoint } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure, failureTypeOf, withDetail } from '../step/failure.ts';
import { endpointParameters, findEndpoint, hostAsPlanned } from '../step/inventory.ts';
import { keyOf } from '../step/keys.ts';
import { step } from '../step/step.ts';
import {
  atTurn,
  firstOfThisRun,
  readKeepUntil,
  readSnapshots,
  snapshotName,
  writeSnapshotComment,
} from './our-snapshots.ts';
import { removeByName } from './snapshot-removal.ts';

/**
 * Takes the snapshot that leads back to before the run: quiesced, or not at all. A later turn of the same run keeps the first
 * turn's snapshot, since only that one shows the host as it was.
 */
export function takeSnapshot(site: StepDependencies): PatchActivities['takeSnapshot'] {
  return (request) =>
    step(async () => {
      const { run, limits, keepMs } = request;
      const host = hostAsPlanned(site, request);
      const vm = virtualMachineOf(host);
      const { snapshots, datastore } = await readSnapshots(site, host, vm, { limits, silence: 'SnapshotFailed' });
      const earlier = firstOfThisRun(request, snapshots);
      if (earlier === null) refuseFullDatastore(host, datastore, request.datastore);
      const turn = earlier?.turn ?? request.turn;
      const name = snapshotName(request, turn);
      const keepUntil = readKeepUntil(earlier?.snapshot.comment ?? '') ?? new Date(Date.now() + keepMs).toISOString();
      const endpoint = findEndpoint(site, vm.endpoint, host);
      const key = keyOf(atTurn(request, turn), 'snapshot');
      const taken = await callEndpoint(site, SCRIPTS.newVmSnapshot, endpoint, {
        parameters: {
          ...endpointParameters(endpoint),
          VmId: vm.vmId,
          Name: name,
          Comment: writeSnapshotComment({ key, runId: run.runId, keepUntil }),
          Key: key,
        },
        host,
        silence: 'SnapshotFailed',
      }).catch((error: unknown) => {
        // It may be there: a later look at the machine goes by its keep time, and until then only this tells of it.
        if (failureTypeOf(error) !== 'SnapshotFailed') throw error;
        throw withDetail(error, { perhaps: { name, datastore: vm.datastore } satisfies PerhapsTaken });
      });
      const record: SnapshotRecord = { endpoint: vm.endpoint, vmId: vm.vmId, datastore: vm.datastore, name, keepUntil };
      if (!taken.quiesced) await refuseCrashConsistent(site, request, host, record);
      return record;
    });
}

/** The virtual machine behind a host. Fails with `SnapshotFailed` for a physical one, of which no snapshot can be taken. */
function virtualMachineOf(host: InventoryHost): VirtualMachine {
  if (host.virtualization !== 'physical') return host.virtualization;
  throw failure('SnapshotFailed', `${host.name} is physical in the inventory: no snapshot of it can be taken.`, {
    host: host.name,
  });
}

function refuseFullDatastore(
  host: InventoryHost,
  datastore: DatastoreFact,
  { datastoreFreeGb, datastoreSnapshots }: Pick<PatchLimits, 'datastoreFreeGb' | 'datastoreSnapshots'>,
): void {
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
  site: StepDependencies,
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
