import type { StepRequest } from '../../model/activities.ts';
import type { DatastoreFact, SnapshotFact } from '../../model/facts.ts';
import { artefactName } from '../../model/ids.ts';
import type { InventoryHost, VirtualMachine } from '../../model/inventory.ts';
import type { Limits } from '../../model/plan.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callEndpoint } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { endpointParameters, findEndpoint } from './inventory-lookup.ts';

/** The machine's snapshots and its datastore, as the hypervisor shows them now. */
export function readSnapshots(
  site: PatchingDependencies,
  host: InventoryHost,
  vm: VirtualMachine,
  { limits, silence }: { limits: Limits; silence: 'SnapshotFailed' | 'SnapshotRemovalFailed' },
): Promise<{ snapshots: SnapshotFact[]; datastore: DatastoreFact }> {
  const endpoint = findEndpoint(site, vm.endpoint, host);
  return callEndpoint(site, SCRIPTS.getVmSnapshot, endpoint, {
    parameters: { ...endpointParameters(endpoint), VmId: vm.vmId, Datastore: vm.datastore },
    limitMs: limits.callMs,
    host,
    silence,
  });
}

/** Name of the snapshot of a turn of this run on this host; the round does not count, there is one for each turn at most. */
export function snapshotName({ run, target }: StepRequest, turn: number): string {
  return artefactName({ runKey: run.runKey, host: target.host, turn, step: 'snapshot', round: 1 });
}

/** The earliest snapshot that this run took of the host, and the turn that took it. */
export function firstOfThisRun(
  request: StepRequest,
  snapshots: SnapshotFact[],
): { turn: number; snapshot: SnapshotFact } | null {
  for (let turn = 1; turn <= request.turn; turn += 1) {
    const snapshot = snapshots.find(({ name }) => name === snapshotName(request, turn));
    if (snapshot !== undefined) return { turn, snapshot };
  }
  return null;
}
