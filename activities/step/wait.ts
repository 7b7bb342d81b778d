import { Context } from '@temporalio/activity';

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
