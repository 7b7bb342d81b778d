import { Context } from '@temporalio/activity';
import { duration } from '../../model/duration.ts';
import { lookIn, lookText, type Look } from '../../model/look.ts';
import type { StepResult } from '../../model/turn.ts';
import { failure, withDetail } from './failure.ts';
import { step } from './step.ts';

/** What a look finds: that it is over, or how far it is. `percent` is that of the look before where this one cannot tell. */
export type Seen<R> = { over: R } | { percent?: number; current: string; unanswered?: boolean };

interface Looking {
  /** Milliseconds until the next look. */
  pollMs: number;
  /** The failure with which looking ends although it is not over; null as long as there is a next look. */
  giveUp: (look: Look) => Error | null;
}

/**
 * One look at something that goes on by itself. Where it is not over the activity fails with the benign `NotOver`, and Temporal
 * tries again after `pollMs`: until then it needs no worker. What was seen goes into the heartbeat, from which the next look knows
 * for how long nobody has answered, and any other failure what was seen before it.
 */
export function lookOnce<R>({ pollMs, giveUp }: Looking, see: () => Promise<Seen<R>>): Promise<StepResult<R>> {
  return step(async (beat) => {
    const before = lookIn(Context.current().info.heartbeatDetails);
    const beganAt = Date.now();
    const seen = await see().catch((error: unknown) => {
      throw before === null ? error : withDetail(error, { look: before });
    });
    if ('over' in seen) return seen.over;
    const { percent = before?.percent ?? 0, current, unanswered = false } = seen;
    const look: Look = {
      percent,
      current,
      at: new Date().toISOString(),
      looks: (before?.looks ?? 0) + 1,
      unanswered: unanswered ? (before?.unanswered ?? 0) + 1 : 0,
      unansweredMs: unanswered ? (before?.unansweredMs ?? 0) + Date.now() - beganAt + pollMs : 0,
    };
    beat(look);
    throw giveUp(look) ?? notOver(look, pollMs);
  });
}

function notOver(look: Look, pollMs: number): Error {
  const next = `looked at again in ${duration(pollMs)}`;
  return failure('NotOver', `At ${look.at}: ${lookText(look)}; ${next}.`, { look }, { nextLookMs: pollMs });
}
