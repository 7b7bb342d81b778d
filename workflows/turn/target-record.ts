import { leavesGroupInDoubt } from '../../model/failures.ts';
import type { TargetState } from '../../model/ledger.ts';
import type { Target } from '../../model/plan.ts';
import { MAX_STEP_NOTES, type Outcome, type StepRecord, type TargetView, type TurnTarget } from '../../model/turn.ts';
import { asStepFailure, type StepFailure } from './step-failure.ts';

/** What a turn knows of one of its targets: the steps, what became of it, and under `own` what only the runbook knows. */
export class TargetRecord<T = unknown, O = unknown> {
  readonly target: Target<T>;
  readonly turn: number;
  readonly steps: StepRecord[] = [];
  readonly startedAt = new Date().toISOString();
  /** Why the turn stops at its next safe point; null while nobody asked. */
  stopping: string | null = null;
  /** True once something was asked for that changes the target: from then on it is no longer as it was found. */
  changed: boolean;
  /** True once the target and its group were seen to be well, and nothing was changed since. */
  verified: boolean;
  proven: boolean;
  simulated: string[];
  readonly own: O;
  /** Tells the turn that there is something new to show. */
  readonly show: () => void;

  constructor({ target, turn, before }: TurnTarget<T, O>, own: O, show: () => void) {
    this.target = target;
    this.turn = turn;
    this.changed = before?.changed ?? false;
    this.verified = this.changed && (before?.groupSafe ?? false);
    this.proven = before?.proven ?? false;
    this.simulated = before?.simulated ?? [];
    this.own = own;
    this.show = show;
  }

  /** Runs one step and keeps its record; whatever it throws becomes a `StepFailure`. */
  async step<R>(step: string, round: number, work: () => Promise<R>, say: (result: R) => string): Promise<R> {
    const startedAt = new Date().toISOString();
    const entry: StepRecord = { step, round, startedAt, endedAt: null, result: 'running', text: '' };
    this.steps.push(entry);
    this.show();
    try {
      const result = await work();
      this.end(entry, 'done', say(result));
      return result;
    } catch (error) {
      const failure = asStepFailure(error);
      this.end(entry, 'failed', `${failure.type}: ${failure.message}`);
      throw failure;
    }
  }

  /** Notes a step that this turn leaves out, and why. */
  leftOut(step: string, why: string): void {
    const now = new Date().toISOString();
    this.steps.push({ step, round: 1, startedAt: now, endedAt: now, result: 'left-out', text: why });
    this.show();
  }

  /** Says what the step in hand waits for. */
  tell(text: string): void {
    const step = this.steps.at(-1);
    if (step !== undefined) step.text = text;
    this.show();
  }

  /** Adds what scripts said to the step in hand. */
  keepNotes(notes: readonly string[]): void {
    const step = this.steps.at(-1);
    if (step === undefined || notes.length === 0) return;
    step.notes = [...new Set([...(step.notes ?? []), ...notes])].slice(0, MAX_STEP_NOTES);
    this.show();
  }

  outcome(stage: string, state: TargetState, reason: string, failure: StepFailure | null): Outcome<O> {
    return {
      id: this.target.id,
      turn: this.turn,
      stage,
      state,
      failure: failure?.type ?? null,
      reason,
      question: failure === null ? null : questionOf(failure, state),
      startedAt: this.startedAt,
      endedAt: new Date().toISOString(),
      steps: this.steps,
      changed: this.changed,
      groupSafe: this.verified || (!this.changed && !leavesGroupInDoubt(state, failure?.type)),
      proven: this.proven,
      simulated: this.simulated,
      own: this.own,
    };
  }

  view(): TargetView {
    return { id: this.target.id, turn: this.turn, steps: this.steps, stopping: this.stopping };
  }

  private end(entry: StepRecord, result: StepRecord['result'], text: string): void {
    entry.endedAt = new Date().toISOString();
    entry.result = result;
    entry.text = text;
    this.show();
  }
}

/** Where nobody knows the target's state a person has to look, also after a failure that would end the turn without a question. */
function questionOf({ question, rule }: StepFailure, state: TargetState): string | null {
  return question ?? (rule.handling === 'ask' || state === 'unknown' ? rule.advice : null);
}
