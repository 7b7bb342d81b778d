/**
 * Names that a run gives to itself and to what it leaves in the world.
 * A step's idempotency key is `<first execution run id>/<target>/<turn>/<step>/<round>` (design.md, rule 4):
 * neither a retried activity nor continue-as-new nor a reset changes it.
 */
export interface StepKeyParts {
  /** The first execution run id of the run. */
  runKey: string;
  host: string;
  /** 1 for the first turn; an operator's retry adds one. */
  turn: number;
  step: string;
  /** Install and reboot rounds within the turn, from 1. */
  round: number;
}

export function stepKey({ runKey, host, turn, step, round }: StepKeyParts): string {
  return `${runKey}/${host}/${turn}/${step}/${round}`;
}

/** A name for tasks and snapshots: letters, digits and hyphens, unique for its key's run, host, turn and round, at most 60 characters. */
export function artefactName(parts: StepKeyParts): string {
  const label = parts.host.split('.')[0]?.slice(0, 20) ?? '';
  return `fettle-${parts.runKey.slice(0, 13)}-${label}-${parts.step.slice(0, 12)}-${parts.turn}-${parts.round}`;
}

/** At most one run touches a target: its turn's workflow id is the lock (design.md, rule 3). */
export function hostTurnId(host: string): string {
  return `target/host/${host}`;
}

/** At most one member of a redundancy group is in work, over all runs: this workflow id is the lock. */
export function groupHoldId(group: string): string {
  return `group/${group}`;
}

/** One snapshot at a time is removed on a datastore, over all runs: this workflow id is the lock. */
export function datastoreHoldId(endpoint: string, datastore: string): string {
  return `datastore/${endpoint}/${datastore}`;
}

/** The id of a run that a person or the command line starts. `stamp` keeps two runs of one change apart. */
export function runWorkflowId(runbook: string, change: string, stamp: string): string {
  return `${runbook}/${change}/${stamp}`;
}
