import { ActivityFailure, type ActivityOptions } from '@temporalio/workflow';
import type { StepRequest, StepResult, TurnInput } from '../../model/turn.ts';
import { summaryText } from '../text-limits.ts';
import type { TurnLocks } from '../locks/turn-locks.ts';
import type { Compensations } from './compensation.ts';
import type { TargetRecord } from './target-record.ts';
import { detailOf } from './step-failure.ts';

/** What every part of a target's turn needs. */
export interface TurnTools<M = unknown, T = unknown, O = unknown> {
  input: TurnInput<M, T, O>;
  record: TargetRecord<T, O>;
  compensations: Compensations;
  locks: TurnLocks;
}

/** The request that every step of this turn sends. */
export function request({ input, record }: TurnTools, round = 1): StepRequest {
  const { run, stage, limits } = input;
  const scripts = allowedScripts(input);
  return { run, stage, target: record.target.id, turn: record.turn, round, limits, scripts };
}

/** By file, what a worker may run: what was planned, and what a person let in for this turn. */
export function allowedScripts({ scripts, letIn }: Pick<TurnInput, 'scripts' | 'letIn'>): StepRequest['scripts'] {
  const allowed = Object.entries(scripts).map(([file, hash]): [string, string[]] => [file, [hash]]);
  for (const [file, hashes] of Object.entries(letIn.scripts))
    allowed.push([file, [scripts[file] ?? [], hashes].flat()]);
  return Object.fromEntries(allowed);
}

/** The activity's summary in the Web UI. */
export function summary({ target }: { target: { id: string } }, text: string): { summary: string } {
  return { summary: summaryText(`${target.id.split('.')[0]}: ${text}`) };
}

/** An activity of a step, as a proxy offers it. */
export interface StepActivity<Q, R> {
  executeWithOptions(options: ActivityOptions, args: [Q]): Promise<StepResult<R>>;
}

/**
 * Asks one activity for its part of the step that is in hand. A target that was changed is worth more patience than one that was
 * not: it waits for a worker of its site to return, unless somebody wants the turn to stop.
 */
export async function act<Q, R>(
  tools: Pick<TurnTools, 'record' | 'input'>,
  activity: StepActivity<Q, R>,
  text: string,
  asked: Q,
  options: ActivityOptions = {},
): Promise<R> {
  const { record, input } = tools;
  const patient = record.changed && record.stopping === null;
  const patience = patient ? { scheduleToStartTimeout: input.limits.workerReturnMs } : {};
  return await send(tools, activity, text, asked, { ...patience, ...options });
}

/** Sends the request. What the scripts said beside the result goes to the step's record, also when the activity fails. */
export async function send<Q, R>(
  { record }: Pick<TurnTools, 'record'>,
  activity: StepActivity<Q, R>,
  text: string,
  asked: Q,
  options: ActivityOptions,
): Promise<R> {
  try {
    const { result, notes } = await activity.executeWithOptions({ ...options, ...summary(record, text) }, [asked]);
    record.keepNotes(notes);
    return result;
  } catch (error) {
    if (error instanceof ActivityFailure) record.keepNotes(detailOf(error.cause).notes ?? []);
    throw error;
  }
}
