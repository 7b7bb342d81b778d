import { StepFailure } from './step-failure.ts';
import type { TurnRecord } from './turn-record.ts';

/** Thrown at a safe point when somebody asked the turn to stop. */
export class TurnStopped extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'TurnStopped';
  }
}

/** A place where a turn may stop without leaving the host in the middle of anything: never inside an install or reboot. */
export function safePoint(record: TurnRecord): void {
  if (record.stopping !== null) throw new TurnStopped(record.stopping);
}

/**
 * No installation or reboot starts that cannot be expected to end inside the window (domain.md: window closing -> start no new reboot).
 * `share` is the part of the target's expected duration that is still ahead.
 */
export function windowStillFits(record: TurnRecord, share: number, what: string): void {
  const { settings, target } = record.input;
  if (Date.now() + target.expectedMs * share <= Date.parse(settings.closesAt)) return;
  throw new StepFailure('WindowClosing', `The window closes at ${settings.closesAt}: ${what} is not started.`);
}
