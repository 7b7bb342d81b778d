import type { HeldUp, Outcome } from '../../model/turn.ts';
import type { StepFailure } from './step-failure.ts';
import type { TurnTools } from './tools.ts';

/**
 * The outcome of a turn that is held up. It stops where it is, as at a safe point: nothing is undone, since the next turn of the
 * target goes on with what this one left. Where no turn follows, a target that was changed is `failed`, and one at which this turn
 * did nothing is as its turn before left it.
 */
export function heldUpOutcome<M, T, O>(
  { input, record }: TurnTools<M, T, O>,
  failure: StepFailure,
  heldUp: HeldUp,
): Outcome<O> {
  const state = record.changed ? 'failed' : 'not-started';
  const outcome = { ...record.outcome(input.stage, state, failure.message, failure), question: null, heldUp };
  const before = input.targets.find(({ target }) => target.id === record.target.id)?.before ?? null;
  const didNothing = record.steps.every(({ result }) => result !== 'done');
  if (!didNothing || before?.stage !== input.stage) return outcome;
  const { state: left, failure: met, question, groupSafe } = before;
  return { ...outcome, state: left, failure: met, question, groupSafe };
}
