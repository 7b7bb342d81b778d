import { StepFailure } from './step-failure.ts';
import type { TargetRecord } from './target-record.ts';
import type { TurnTools } from './tools.ts';

/** Thrown at a safe point when somebody asked the turn to stop. */
export class TurnStopped extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'TurnStopped';
  }
}

/** A place where a turn may stop without leaving the target in the middle of anything: never inside an install or reboot. */
export function safePoint(record: TargetRecord): void {
  if (record.stopping !== null) throw new TurnStopped(record.stopping);
}

/**
 * Right before something dangerous begins. Somebody may have ended a lock of this turn by hand, and another turn have it now: then this
 * one stops.
 */
export async function requireLocks({ locks, record, input: { closesAt } }: TurnTools): Promise<void> {
  const lost = await locks.lost(closesAt === null ? Infinity : Date.parse(closesAt), () => record.stopping !== null);
  safePoint(record);
  if (lost !== null) throw new TurnStopped(lost);
}

/**
 * Nothing starts that cannot be expected to end inside the window. `share` is the part of the target's expected duration that is
 * still ahead.
 */
export function windowStillFits({ record, input }: TurnTools, share: number, what: string): void {
  const { closesAt } = input;
  if (closesAt === null || Date.now() + record.target.expectedMs * share <= Date.parse(closesAt)) return;
  throw new StepFailure('WindowClosing', `The window closes at ${closesAt}: ${what} is not started.`);
}
