import type { NotServed } from './slot-queue.ts';
import { NO_SIDE_OUTPUT } from './side-output.ts';
import type { Exchange } from './session.ts';
import type { RecycleReason } from './shell-metrics.ts';
import type { CallOutcome } from './shell.ts';
import type { Start } from './start-session.ts';

/** The outcome of a call that got no session: nothing ran. */
export function notServed(name: string, why: NotServed, limitMs: number): CallOutcome<never> {
  const sideOutput = NO_SIDE_OUTPUT;
  switch (why) {
    case 'aborted':
      return { kind: 'cancelled', message: `${name} was cancelled before it ran.`, started: false, sideOutput };
    case 'late':
      return {
        kind: 'shell-failed',
        message: `${name} was not run: no PowerShell session of this worker became free within its time of ${limitMs / 1000} s. Fewer targets at once, or another worker, would help.`,
        started: false,
        sideOutput,
      };
    default:
      return {
        kind: 'shell-failed',
        message: `${name} was not run: this worker is shutting down and takes no new calls.`,
        started: false,
        sideOutput,
      };
  }
}

/** The outcome of a call whose session did not start: nothing ran. */
export function notStarted({ reason, message }: Extract<Start, { started: false }>): CallOutcome<never> {
  if (reason === 'not-pinned')
    return { kind: 'not-sent', type: 'ScriptNotPinned', message, sideOutput: NO_SIDE_OUTPUT };
  return {
    kind: reason === 'cancelled' ? 'cancelled' : 'shell-failed',
    message,
    started: false,
    sideOutput: NO_SIDE_OUTPUT,
  };
}

/** Why the session of an exchange must not be used again; null when it may. `broken`: its answer was not to be had. */
export function recycleReason(end: Exchange['end'], broken: boolean): RecycleReason | null {
  if (end !== 'answered') return end;
  return broken ? 'protocol' : null;
}
