import type { TargetState } from '../../model/ledger.ts';
import type { Outcome } from '../../model/turn.ts';
import { heldUpOutcome } from './held-up.ts';
import { TurnStopped } from './safe-point.ts';
import { asStepFailure, type StepFailure } from './step-failure.ts';
import type { TurnWork } from './take-turn.ts';
import type { TargetRecord } from './target-record.ts';
import type { TurnTools } from './tools.ts';

type Ending<M, T, O> = Pick<TurnWork<M, T, O>, 'afterFailure' | 'isWell'>;

/**
 * Ends the turn of a target that did not reach its end. Where a person is asked, or the target's state is not known, things stay
 * as they are (maintenance mode too, which ends by itself); otherwise what was registered is undone.
 */
export async function endTurn<M, T, O>(
  tools: TurnTools<M, T, O>,
  work: Ending<M, T, O>,
  error: unknown,
): Promise<Outcome<O>> {
  const { record, compensations, input } = tools;
  if (error instanceof TurnStopped) return await endStopped(tools, work, error);
  const failure = asStepFailure(error);
  if (failure.heldUp !== null) return heldUpOutcome(tools, failure, failure.heldUp);
  const state = stateAfter(record, failure);
  await work.afterFailure?.(tools, state);
  const undone = staysAsItIs(failure, state) ? [] : await compensations.run();
  return record.outcome(input.stage, state, sentence(withAdvice(failure), undone), failure);
}

async function endStopped<M, T, O>(
  tools: TurnTools<M, T, O>,
  work: Ending<M, T, O>,
  stopped: TurnStopped,
): Promise<Outcome<O>> {
  const { record, compensations, input } = tools;
  if (!record.changed) {
    const undone = await compensations.run();
    const reason = sentence(`Stopped before anything was changed: ${stopped.message}.`, undone);
    return record.outcome(input.stage, 'skipped', reason, null);
  }
  // Looking is always allowed: a target that is well goes back into monitoring, any other stays as it is.
  const undone = (await work.isWell?.(tools)) === true ? await compensations.run() : [];
  const reason = sentence(`Stopped after it was changed, before the turn was done: ${stopped.message}.`, undone);
  return record.outcome(input.stage, 'failed', reason, null);
}

/** What happened and what to do next; an activity's failure says both already. */
function withAdvice({ message, rule }: StepFailure): string {
  return message.includes(rule.advice) ? message : `${message} ${rule.advice}`;
}

/**
 * Nothing changed and the first look already failed: `unreachable`. Changed and now unseen: `unknown`, or `failed` if seen healthy
 * since. Changed and left out: `failed`.
 */
function stateAfter(record: TargetRecord, failure: StepFailure): TargetState {
  const { state, blind } = failure.rule;
  const failedAtFirstLook = record.steps.length === 1;
  if (!record.changed) return state === 'unknown' && failedAtFirstLook ? 'unreachable' : state;
  if (blind) return record.verified ? 'failed' : 'unknown';
  if (state === 'unreachable') return 'unknown';
  return state === 'skipped' || state === 'not-started' ? 'failed' : state;
}

function staysAsItIs(failure: StepFailure, state: TargetState): boolean {
  return failure.rule.handling === 'ask' || state === 'unknown' || state === 'unreachable';
}

function sentence(text: string, undone: string[]): string {
  return [text, ...undone.map((what) => `Not done: ${what}.`)].join(' ');
}
