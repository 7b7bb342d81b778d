import type { TargetState } from '../../model/ledger.ts';
import type { Outcome, TurnInput } from '../../model/turn.ts';
import type { Procedure } from '../run/procedure.ts';

/** The turn was terminated, or its workflow failed: what it did last is in its history, and nobody knows more. */
export function lostTurn(procedure: Procedure, input: TurnInput, why: string): Outcome[] {
  const reason = `The turn ended without an outcome (${why}): look at the target, at what the run left on for it, and at the turn's history.`;
  return withoutTurn(procedure, input, 'unknown', 'StateUnknown', reason).map((one) => ({ ...one, lost: true }));
}

/** Outcomes of a turn that never began, or of which nothing is known: they tell how its targets were before. */
export function withoutTurn(
  procedure: Procedure,
  { stage, targets }: TurnInput,
  state: TargetState,
  failure: string,
  reason: string,
): Outcome[] {
  const now = new Date().toISOString();
  return targets.map(({ target, turn, before }) => ({
    id: target.id,
    turn,
    stage,
    state,
    failure,
    reason,
    question:
      state === 'unknown'
        ? 'What is the state of the target? Look at it; then retry it, or start a new run for it where this one has ended.'
        : null,
    startedAt: now,
    endedAt: now,
    steps: [],
    // Nobody knows what a lost turn did: whoever comes next must not take the target for untouched.
    changed: state === 'unknown' || (before?.changed ?? false),
    groupSafe: state !== 'unknown' && (before?.groupSafe ?? true),
    proven: before?.proven ?? false,
    simulated: before?.simulated ?? [],
    own: procedure.untouched(target, before),
  }));
}
