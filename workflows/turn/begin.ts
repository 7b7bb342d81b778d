import type { ActivityOptions } from '@temporalio/workflow';
import { asStepFailure, StepFailure } from './step-failure.ts';
import { act, type StepActivity, type TurnTools } from './tools.ts';

/**
 * Asks an activity to begin something. It has until the window closes and no longer; nothing is asked for once that is past. A
 * target that was changed already waits for a worker as long.
 */
export async function begin<Q, R>(
  tools: TurnTools,
  activity: StepActivity<Q, R>,
  text: string,
  asked: Q,
  limitMs = Infinity,
): Promise<R> {
  return await act(tools, activity, text, asked, whileOpen(tools, text, limitMs));
}

/**
 * Begins what changes the target. It counts as changed from the moment in which that is asked for, unless certainly nothing was sent,
 * since no worker took the request or the worker refused it: then it is as it was.
 */
export async function beginChange<Q, R>(
  tools: TurnTools,
  activity: StepActivity<Q, R>,
  text: string,
  asked: Q,
  limitMs = Infinity,
): Promise<R> {
  const { record } = tools;
  const { changed, verified } = record;
  const options = whileOpen(tools, text, limitMs);
  record.changed = true;
  record.verified = false;
  try {
    return await act(tools, activity, text, asked, options);
  } catch (error) {
    if (asStepFailure(error).nothingSent) Object.assign(record, { changed, verified });
    throw error;
  }
}

function whileOpen({ record, input }: TurnTools, text: string, limitMs: number): ActivityOptions {
  const { closesAt, limits } = input;
  const openMs = closesAt === null ? Infinity : Date.parse(closesAt) - Date.now();
  if (openMs <= 0) throw new StepFailure('WindowClosing', `The window closed at ${closesAt}: ${text} is not begun.`);
  const most = Math.min(openMs, limitMs);
  return {
    scheduleToStartTimeout: Math.min(record.changed ? most : limits.workerWaitMs, most),
    scheduleToCloseTimeout: most,
  };
}
