import { lockName, type AfterEnd } from '../../model/locks.ts';
import type { FailureType } from '../../model/failures.ts';
import { StepFailure } from '../turn/step-failure.ts';
import type { TurnTools } from '../turn/tools.ts';
import { firstToEnd } from './first-to-end.ts';

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
  for (;;) {
    if (closesAt !== null && Date.now() >= Date.parse(closesAt))
      throw new StepFailure('WindowClosing', `The window closed at ${closesAt}: nothing is done on ${name} now.`);
    const { granted, heldBy } = await locks.ask(lock, after, closesAt === null ? waitUntil : Date.parse(closesAt));
    if (granted) return await locks.holding(lock, work);
    record.tell(`waits for ${name}, where run ${heldBy} ${does}`);
    const stopped = () => record.stopping !== null;
    const free =
      !stopped() && Date.now() < waitUntil && (await firstToEnd(() => locks.untilFree(lock, waitUntil), stopped));
    if (free === true) continue;
    await locks.release(lock);
    const why = stopped() ? 'and the turn was asked to stop' : 'and there is no time left to wait';
    throw new StepFailure(busy, `Run ${heldBy} ${does} on ${name}, ${why}.`);
  }
}
