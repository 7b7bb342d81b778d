import { lockName, type AfterEnd } from '../../model/locks.ts';
import type { FailureType } from '../../model/failures.ts';
import { StepFailure } from '../turn/step-failure.ts';
import type { TurnTools } from '../turn/tools.ts';
import { firstToEnd } from './first-to-end.ts';

/** How long a lock is asked for that is not to be waited for. */
const LEAST_MS = 60_000;
const NOBODY = 'that nobody could tell';

export interface AwaitedLock {
  lock: string;
  after: AfterEnd;
  /** What its holder does meanwhile: `removes a snapshot`. */
  does: string;
  /** What the wait fails with when its time is up. */
  busy: FailureType;
  /** Epoch milliseconds until which it is waited for. */
  waitUntil: number;
}

/**
 * Runs `work`, a part of the turn, while the lock is held; the turn keeps its place in the wave meanwhile. Waits in line until
 * `waitUntil` or a stop, then fails with `busy`. Once the window has closed nothing is begun any more, which is `WindowClosing`.
 */
export async function withLockAwaited<R>(tools: TurnTools, awaited: AwaitedLock, work: () => Promise<R>): Promise<R> {
  const { locks, record, input } = tools;
  const { lock, after, does, busy, waitUntil } = awaited;
  const { closesAt } = input;
  const name = lockName(lock);
  const stopped = () => record.stopping !== null;
  for (;;) {
    if (closesAt !== null && Date.now() >= Date.parse(closesAt))
      throw new StepFailure('WindowClosing', `The window closed at ${closesAt}: nothing is done on ${name} now.`);
    const { granted, heldBy, doubt } = await locks.ask(
      lock,
      after,
      Math.max(waitUntil, Date.now() + LEAST_MS),
      stopped,
    );
    if (granted) return await locks.holding(lock, work);
    if (doubt !== null) {
      await locks.release(lock);
      throw new StepFailure(busy, `The lock of ${name} is in doubt. ${doubt.text}`);
    }
    record.tell(`waits for ${name}, where run ${heldBy ?? NOBODY} ${does}`);
    const free =
      !stopped() && Date.now() < waitUntil && (await firstToEnd(() => locks.untilFree(lock, waitUntil), stopped));
    if (free === true) continue;
    await locks.release(lock);
    const why = stopped() ? 'and the turn was asked to stop' : 'and there is no time left to wait';
    throw new StepFailure(busy, `Run ${heldBy ?? NOBODY} ${does} on ${name}, ${why}.`);
  }
}
