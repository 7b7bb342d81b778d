/**
 * What an idempotency key is made of: `<first execution run id>/<stage>/<target>/<turn>/<step>/<round>`. Neither a retried activity
 * nor continue-as-new nor a reset changes any of it, so that an effect which was asked for twice is known by its key.
 */
export interface StepKey {
  /** The first execution run id of the run. */
  runKey: string;
  stage: string;
  target: string;
  /** 1 for the first turn; an operator's retry adds one. */
  turn: number;
  step: string;
  /** Repetitions of the step within the turn, from 1. */
  round: number;
}

export function stepKey({ runKey, stage, target, turn, step, round }: StepKey): string {
  return `${runKey}/${stage}/${target}/${turn}/${step}/${round}`;
}

/** At most one run touches a host: its turn's workflow id is the lock, whatever runbook it belongs to. */
export function hostTurnId(host: string): string {
  return `target/host/${host}`;
}

/** A turn of a stage that only looks takes no lock; its id belongs to its run. */
export function lookTurnId(runKey: string, stage: string, lock: string): string {
  return `look/${runKey}/${stage}/${lock}`;
}

/** The id of a run that a person or the command line starts. `stamp` keeps two runs of one change apart. */
export function runWorkflowId(runbook: string, change: string, stamp: string): string {
  return `${runbook}/${change}/${stamp}`;
}
