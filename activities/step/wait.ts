import { Context } from '@temporalio/activity';
import { isSilence } from './failure.ts';

interface Patience {
  /** Between two tries, in milliseconds. */
  pollMs: number;
  /** Milliseconds of silence after which the last failure is thrown. */
  patienceMs: number;
  /** Failures to wait through; silence of the host unless told otherwise. */
  bears?: (error: unknown) => boolean;
  /** Told at each failure that is waited through. */
  onFailure?: (error: unknown) => void;
}

/** Calls again until the host answers: a host that patches or reboots is away for a while. Reacts to cancellation. */
export async function untilAnswered<T>(call: () => Promise<T>, patience: Patience): Promise<T> {
  const { pollMs, patienceMs, bears = isSilence, onFailure } = patience;
  const silentUntil = Date.now() + patienceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!bears(error) || Date.now() + pollMs > silentUntil) throw error;
      onFailure?.(error);
    }
    await Context.current().sleep(pollMs);
  }
}

interface Looking {
  /** Between two looks, in milliseconds. */
  pollMs: number;
  /** Epoch milliseconds after which no further look begins. */
  deadline: number;
}

/** Looks again until what is seen is good or the deadline has passed, and returns the last look. Reacts to cancellation. */
export async function lookUntil<T>(
  good: (seen: T) => boolean,
  { pollMs, deadline }: Looking,
  look: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if (good(seen) || Date.now() + pollMs > deadline) return seen;
    await Context.current().sleep(pollMs);
  }
}
