import type { TargetState } from './ledger.ts';
import type { Limits, Target } from './plan.ts';

/** The run that a turn belongs to. */
export interface RunRef {
  /** Workflow id of the run, the one that operators see. */
  runId: string;
  /** First execution run id of the run: the root of every idempotency key. */
  runKey: string;
  change: string;
  reason: string;
}

/** The one argument of a turn's workflow. */
export interface TurnInput<M = unknown, T = unknown, O = unknown> {
  run: RunRef;
  stage: string;
  targets: TurnTarget<T, O>[];
  /** End of the stage's window; null for a stage that only looks. */
  closesAt: string | null;
  limits: Limits;
  /** The scripts of the plan, by file name; their hashes are cut (model/scripts.ts). */
  scripts: Record<string, string>;
  letIn: LetIn;
  /** What the runbook's turns work by: `own` of the plan's material. */
  own: M;
}

/** What a person let in for the turns of a run beside what was planned. */
export interface LetIn {
  /** Hashes by the script's file name, cut as those of the plan; each was shown before. */
  scripts: Record<string, string[]>;
  /** By lock, the first execution run id of the holder whose end somebody has answered for. */
  locks: Record<string, string>;
}

/**
 * Why a turn stopped as at a safe point although nothing is wrong with its target: `text` says what is in its way, and the target gets
 * another turn.
 */
export type HeldUp =
  /** Somebody else has the lock: it is waited for. */
  { by: 'lock'; lock: string; text: string; inDoubt: boolean } | HeldUpByQuestion;

/** What only a person can clear: the run asks once. */
export type HeldUpByQuestion = OtherScripts | LockInDoubt;

/** The worker carries other scripts than were planned; a resume lets in these and no others. */
export interface OtherScripts {
  by: 'scripts';
  text: string;
  scripts: Record<string, string>;
}

/** Nobody knows whether what the last holder of the lock began is over. */
export interface LockInDoubt {
  by: 'doubt';
  lock: string;
  /** The holder's first execution run id. */
  of: string;
  text: string;
}

export interface TurnTarget<T = unknown, O = unknown> {
  target: Target<T>;
  /** 1 for the first turn in this stage, one more for each retry by an operator. */
  turn: number;
  /**
   * How its last turn in this run ended, without the steps; null for the first. The new turn undoes what that one left on, and
   * counts its changes as its own.
   */
  before: Outcome<O> | null;
}

export interface StepRecord {
  step: string;
  round: number;
  startedAt: string;
  endedAt: string | null;
  result: 'running' | 'done' | 'failed' | 'left-out';
  /** One line for the operator. */
  text: string;
  /** Warnings and other output of the step's scripts, capped and without secrets; the log has all of it. */
  notes?: string[];
}

/** Lines of script output that one step keeps. */
export const MAX_STEP_NOTES = 10;

/** How a target's turn ended. What only its runbook knows, and what it left behind, stands under `own`. */
export interface Outcome<O = unknown> {
  id: string;
  turn: number;
  stage: string;
  state: TargetState;
  /** Failure type of `model/failures.ts`, or null. */
  failure: string | null;
  reason: string;
  /** The open question, where the failure asked a person. */
  question: string | null;
  startedAt: string;
  endedAt: string;
  steps: StepRecord[];
  /** Whether this turn, or an earlier one of the same run, changed the target, or may have. */
  changed: boolean;
  /** True when another member of its redundancy group may be touched. */
  groupSafe: boolean;
  /** Whether it did what a canary is there to show. */
  proven: boolean;
  simulated: string[];
  /** Set where the turn ended without telling anything: `own` is how its target was before. */
  lost?: true;
  /** Set where the turn was held up; then `state` is how the target ends that gets no other turn. */
  heldUp?: HeldUp;
  own: O;
}

/** What of an outcome travels on: its steps stand in the turn's own history. */
export function withoutSteps<O>(outcome: Outcome<O>): Outcome<O> {
  return { ...outcome, steps: [] };
}

/** Answer of the turn's `turn` query: what each of its targets does now. */
export interface TurnView {
  stage: string;
  targets: TargetView[];
}

export interface TargetView {
  id: string;
  turn: number;
  steps: StepRecord[];
  stopping: string | null;
}

/** What every step of a turn is told. `round` counts repetitions of a step within the turn, from 1. */
export interface StepRequest {
  run: RunRef;
  stage: string;
  /** Id of the target. */
  target: string;
  turn: number;
  round: number;
  limits: Limits;
  /** The hashes that each script may have, cut; no other may be sent. */
  scripts: Record<string, string[]>;
}

/** What a step answers: its result, and what its scripts said beside it. */
export interface StepResult<R> {
  result: R;
  /** A line each, `MAX_STEP_NOTES` at most. A step that failed has them in its failure's details. */
  notes: string[];
}
