import type { InventoryHost, VirtualMachine } from '../../model/inventory.ts';
import type { DatastoreFact, SnapshotFact } from '../../model/patch-window/facts.ts';
import type { Limits } from '../../model/plan.ts';
import type { StepRequest } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callEndpoint } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { endpointParameters, findEndpoint } from '../step/inventory.ts';
import { artefactName } from '../step/keys.ts';

/** What a snapshot of ours says of itself. Another run reads it to know when the snapshot has served its time. */
export interface SnapshotComment {
  runId: string;
  keepUntil: string;
}

/** Prefix of every snapshot that we take, and the only ones that we remove. */
export const OUR_SNAPSHOTS = 'fettle-';

const COMMENT_LENGTH = 250;
const FORM = /^fettle (?<runId>.+) keep-until (?<keepUntil>\S+)$/;

/** Writes the comment; a run id that is too long for a hypervisor's field is cut, the time never. */
export function writeSnapshotComment({ runId, keepUntil }: SnapshotComment): string {
  const tail = ` keep-until ${keepUntil}`;
  return `fettle ${runId}`.slice(0, COMMENT_LENGTH - tail.length) + tail;
}

/** Reads a comment; null when it is not of our form, for instance because a person changed it. */
export function readSnapshotComment(comment: string): SnapshotComment | null {
  const found = FORM.exec(comment.trim())?.groups;
  const runId = found?.['runId'];
  const keepUntil = found?.['keepUntil'];
  if (runId === undefined || keepUntil === undefined || Number.isNaN(Date.parse(keepUntil))) return null;
  return { runId, keepUntil };
}

/** The machine's snapshots and its datastore, as the hypervisor shows them now. */
export function readSnapshots(
  site: StepDependencies,
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

/** The request as it was at the snapshot of another turn of the same stage; the round does not count, there is one for each turn at most. */
export function atTurn(request: StepRequest, turn: number): StepRequest {
  return { ...request, turn, round: 1 };
}

/** Name of the snapshot of a turn of this stage on this host. */
export function snapshotName(request: StepRequest, turn: number): string {
  return artefactName(atTurn(request, turn), 'snapshot');
}

/** The earliest snapshot that this run took of the host, and the turn that took it. */
export function firstOfThisRun(
  request: StepRequest,
  snapshots: SnapshotFact[],
): { turn: number; snapshot: SnapshotFact } | null {
  for (let turn = 1; turn <= request.turn; turn += 1) {
    const name = snapshotName(request, turn);
    const snapshot = snapshots.find((one) => one.name === name);
    if (snapshot !== undefined) return { turn, snapshot };
  }
  return null;
}
