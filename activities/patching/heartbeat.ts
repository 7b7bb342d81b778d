import { Context } from '@temporalio/activity';
import { withStepNotes } from './step-notes.ts';

/** Reports how far the activity is; the last report is repeated while the activity works. */
export type Beat = (details: unknown) => void;

/**
 * Runs `work` with a heartbeat behind it, so that one long call (a scan, a snapshot's consolidation) does not look like a dead
 * worker. Every call to a host has its own time limit: a heartbeat cannot keep a call alive that hangs. What scripts said beside
 * their results goes to the step's record.
 */
export async function beating<T>(work: (beat: Beat) => Promise<T>): Promise<T> {
  const context = Context.current();
  let last: unknown = null;
  const beat: Beat = (details) => {
    last = details;
    context.heartbeat(details);
  };
  const timeoutMs = context.info.heartbeatTimeoutMs;
  if (timeoutMs === undefined) return await withStepNotes(() => work(beat));
  const timer = setInterval(() => context.heartbeat(last), timeoutMs / 3);
  try {
    return await withStepNotes(() => work(beat));
  } finally {
    clearInterval(timer);
  }
}
