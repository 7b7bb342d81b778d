import type { InventoryHost, VirtualMachine } from '../../model/inventory.ts';
import type { DatastoreFact, SnapshotFact } from '../../model/patch-window/facts.ts';
import type { Limits } from '../../model/plan.ts';
import type { StepRequest } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callEndpoint } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { endpointParameters, findEndpoint } from '../step/inventory.ts';
import { artefactName } from '../step/keys.ts';

/** What a snapshot of ours says of itself: whose it is, by the whole key of the step that took it, and how long it is kept. */
export interface SnapshotComment {
  key: string;
  runId: string;
  keepUntil: string;
}

/** Prefix of every snapshot that we take, and the only ones that we remove. */
export const OUR_SNAPSHOTS = 'fettle-';

const COMMENT_LENGTH = 250;
/** The end of a comment of ours, as every build wrote it. */
const FORM = /^fettle .+ keep-until (?<keepUntil>\S+)$/;

/** Writes the comment; a run id that is too long for a hypervisor's field is cut, key and time never. */
export function writeSnapshotComment({ key, runId, keepUntil }: SnapshotComment): string {
  const tail = ` keep-until ${keepUntil}`;
  const head = `fettle ${key}`;
  return head + ` run ${runId}`.slice(0, COMMENT_LENGTH - head.length - tail.length) + tail;
}

/** Until when a snapshot is kept by its comment; null when that is not of our form, for instance because a person changed it. */
export function readKeepUntil(comment: string): string | null {
  const keepUntil = FORM.exec(comment.trim())?.groups?.['keepUntil'];
  return keepUntil === undefined || Number.isNaN(Date.parse(keepUntil)) ? null : keepUntil;
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
