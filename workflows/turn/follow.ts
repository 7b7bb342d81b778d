import { TimeoutFailure } from '@temporalio/workflow';
import { duration } from '../../model/duration.ts';
import { lookIn, lookText, type Look } from '../../model/look.ts';
import { asStepFailure, detailOf, limitReached, StepFailure } from './step-failure.ts';
import { send, type StepActivity, type TurnTools } from './tools.ts';

/**
 * Follows something that goes on without us, look by look, until it is over or `limitMs` have passed. Then comes one last look, which
 * waits for a worker of the site as long as one may take to return, beyond the window too: only what is not over then is told as
 * the failure that the activity gives it.
 */
export async function follow<Q extends object, R>(
  tools: TurnTools,
  activity: StepActivity<Q & { last?: boolean }, R>,
  text: string,
  asked: Q,
  limitMs: number,
): Promise<R> {
  const { pollMs } = tools.input.limits;
  const until = new Date(Date.now() + limitMs).toISOString();
  tools.record.tell(`looked at every ${duration(pollMs)}, until ${until} at the latest`);
  try {
    // One poll more, so that the server, which allows no wait beyond the limit, does not end it before its time.
    return await send(tools, activity, text, asked, { scheduleToCloseTimeout: limitMs + pollMs });
  } catch (error) {
    if (!limitReached(error)) throw error;
    return await lookLast(tools, activity, text, asked, lastSeen(error));
  }
}

async function lookLast<Q extends object, R>(
  tools: TurnTools,
  activity: StepActivity<Q & { last?: boolean }, R>,
  text: string,
  asked: Q,
  seen: Look | null,
): Promise<R> {
  const { record, input } = tools;
  const { workerReturnMs } = input.limits;
  const saw = seen === null ? 'nobody has looked at it yet' : `last look at ${seen.at}: ${lookText(seen)}`;
  const until = new Date(Date.now() + workerReturnMs).toISOString();
  record.tell(`its time is over, ${saw}; one last look waits for a worker of the site until ${until}`);
  try {
    const options = { scheduleToCloseTimeout: workerReturnMs };
    return await send(tools, activity, `${text}, last look`, { ...asked, last: true }, options);
  } catch (error) {
    if (!limitReached(error)) throw error;
    const { message } = asStepFailure(error.cause);
    const why = error.cause instanceof TimeoutFailure ? 'no worker of the site looked again' : message;
    throw new StepFailure(
      'StateUnknown',
      `Its time is over, and for ${duration(workerReturnMs)} more ${why}; ${saw}.`,
      `What became of ${record.target.id} (${text}; ${saw})? Start a worker for its site, look at it, then retry, skip or abort.`,
    );
  }
}

/** What the last look saw before the limit: said by its own failure, or, where a worker was lost since, by its heartbeat. */
export function lastSeen(error: Error): Look | null {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const details = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : detailOf(cause).look;
    const look = lookIn(details);
    if (look !== null) return look;
  }
  return null;
}
