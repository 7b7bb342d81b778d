import { AsyncLocalStorage } from 'node:async_hooks';
import { Context } from '@temporalio/activity';
import { MAX_STEP_NOTES, type StepResult } from '../../model/turn.ts';
import { withDetail } from './failure.ts';

/** Reports how far the activity is; the last report is repeated while the activity works. */
export type Beat = (details: unknown) => void;

/** Characters of one note. */
const MAX_LENGTH = 200;

const notes = new AsyncLocalStorage<Set<string>>();

/**
 * Does the work of a step, with a heartbeat behind it, and answers with what its scripts said beside their results. Where the work
 * fails they stand in the failure's details, so that the step's record has them however the step ends.
 */
export async function step<R>(work: (beat: Beat) => Promise<R>): Promise<StepResult<R>> {
  const kept = new Set<string>();
  try {
    const result = await notes.run(kept, () => beating(work));
    return { result, notes: [...kept] };
  } catch (error) {
    throw kept.size === 0 ? error : withDetail(error, { notes: [...kept] });
  }
}

/**
 * Keeps what was said for the record of the step that is being worked on, if one is; each text once, and no more of them than the
 * record takes: a step may look at its host for hours.
 */
export function noteForStep(texts: Iterable<string>): void {
  const kept = notes.getStore();
  if (kept === undefined) return;
  for (const text of texts) {
    if (kept.size >= MAX_STEP_NOTES) return;
    kept.add(text.slice(0, MAX_LENGTH));
  }
}

/**
 * Runs `work` with a heartbeat behind it, so that one long call (a scan, a snapshot's consolidation) does not look like a dead
 * worker. Every call to a host has its own time limit: a heartbeat cannot keep a call alive that hangs.
 */
export async function beating<T>(work: (beat: Beat) => Promise<T>): Promise<T> {
  const context = Context.current();
  // What an earlier attempt reported stands until this one has something to report.
  let last: unknown = context.info.heartbeatDetails ?? null;
  const beat: Beat = (details) => {
    last = details;
    context.heartbeat(details);
  };
  const timeoutMs = context.info.heartbeatTimeoutMs;
  if (timeoutMs === undefined) return await work(beat);
  const timer = setInterval(() => context.heartbeat(last), timeoutMs / 3);
  try {
    return await work(beat);
  } finally {
    clearInterval(timer);
  }
}
