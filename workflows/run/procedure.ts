import type { Target } from '../../model/plan.ts';
import type { HandoverItem } from '../../model/run.ts';
import type { Outcome, TurnInput } from '../../model/turn.ts';

/**
 * What a runbook tells the engine: its stages, and what only it knows of a target. `M`, `T` and `O` are what stands under `own`
 * of its plan's material, its targets and its outcomes. Method syntax, since its parameters are checked bivariantly: a
 * `Procedure<M, T, O>` then fits where a `Procedure` is wanted.
 */
export interface Procedure<M = unknown, T = unknown, O = unknown> {
  /** The runbook's name, which is its folder's. */
  name: string;
  stages: readonly Stage<M, T, O>[];
  /** What a turn left behind: for the handover list. */
  handover(outcome: Outcome<O>): HandoverItem[];
  /** `own` of a target of whose turn nothing is known: it never started, or was lost. `before` is how its last turn ended. */
  untouched(target: Target<T>, before: Outcome<O> | null): O;
  /** Looks at a target that succeeded once more, after the soak; null when it is still well. */
  lookAgain?(input: TurnInput<M, T, O>, last: Outcome<O>): Promise<Unwell<O> | null>;
}

/** A part of the run in which each of its targets has one turn (and one more for each retry). Stages come one after the other. */
export interface Stage<M = unknown, T = unknown, O = unknown> {
  /** A verb, as in the summary of a turn: `patch`. Keys of effects carry it. */
  name: string;
  /** The turn's workflow; it is called by its name. */
  turn(this: void, input: TurnInput<M, T, O>): Promise<Outcome<O>[]>;
  /**
   * `window`: it ends with a window. The first stage takes the plan's; a later one resolves its own when it begins. `looks-only`: no
   * cut-off, and no lock.
   */
  bound: 'window' | 'looks-only';
  /** Whether the stage takes a target; `before` has its outcomes so far, one for each stage that it took. Left out: all that succeeded in every stage so far. */
  select?(target: Target<T>, before: readonly Outcome<O>[]): boolean;
  /** The time before which its turn must not start, ISO 8601, from its own outcomes; null when it may start at once. */
  notBefore?(target: Target<T>, before: readonly Outcome<O>[]): string | null;
  /** Planning lists the targets again when the last of them is due; what is not listed any more is left as it is. */
  relist?: boolean;
}

/** What a second look found. */
export interface Unwell<O> {
  text: string;
  own: O;
}
