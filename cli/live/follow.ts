import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { DryRunResult, RunResult } from '../../model/run.ts';
import { reportError } from '../error-report.ts';
import { CommandError } from '../errors.ts';
import type { Session } from '../connect.ts';
import type { LiveDisplay } from './live-display.ts';
import { lookAtRun, type RunView } from './view.ts';

const LOOK_EVERY_MS = 500;

/** What is left of a followed run once it has ended. */
export interface FollowedRun {
  result: RunResult | DryRunResult;
  /** The last look, with every row; null when no worker answered after the run began. */
  last: RunView | null;
}

/**
 * Shows a run until it ends, or until `stop` says that nobody looks any more: then it answers null at once, and no call of
 * its own is left that could meet a closed connection. The end of the run comes from the server, not from a query: a worker that goes away only stops the display.
 * @throws {WorkflowFailedError} when the run ended without a result.
 */
export async function followRun(
  session: Session,
  handle: WorkflowHandle,
  display: LiveDisplay,
  stop: AbortSignal,
): Promise<FollowedRun | null> {
  const ended = new AbortController();
  const result = untilStopped(session, stop, () => handle.result()).finally(() => ended.abort());
  const looking = keepLooking(session, handle, display, { ended: ended.signal, stop });
  try {
    const value = (await result) as FollowedRun['result'];
    const last = await looking;
    return { result: value, last: await untilStopped(session, stop, () => lastLook(session, handle, display, last)) };
  } catch (error) {
    if (stop.aborted) return null;
    throw error;
  } finally {
    ended.abort();
    await looking;
  }
}

async function keepLooking(
  session: Session,
  handle: WorkflowHandle,
  display: LiveDisplay,
  { ended, stop }: { ended: AbortSignal; stop: AbortSignal },
): Promise<RunView | null> {
  let last: RunView | null = null;
  let trouble = '';
  while (!ended.aborted) {
    try {
      const before: RunView | null = last;
      last = await untilStopped(session, stop, () => lookAtRun(session, handle, before));
      if (trouble !== '') display.note('the run can be seen again');
      trouble = '';
      display.update(last);
    } catch (error) {
      if (stop.aborted) return last;
      // Looking is a courtesy: the run goes on without it, and its end is awaited from the server.
      const message = firstLine(error);
      if (message !== trouble && !ended.aborted)
        display.note(`cannot look at the run now (it keeps its place): ${message}`);
      trouble = message;
    }
    await wait(LOOK_EVERY_MS, undefined, { signal: ended }).catch(ignoreAbort);
  }
  return last;
}

/** The rows as they stand after the end; without a worker, as they were last seen. */
async function lastLook(
  session: Session,
  handle: WorkflowHandle,
  display: LiveDisplay,
  last: RunView | null,
): Promise<RunView | null> {
  try {
    const view = await lookAtRun(session, handle, null);
    display.update(view);
    return view;
  } catch (error) {
    if (error instanceof WorkflowFailedError || !(error instanceof Error)) throw error;
    display.note(`the last rows could not be read: ${firstLine(error)}`);
    return last;
  }
}

/**
 * Makes calls to the server until `stop`: then they are cancelled, and whoever waits for them gets an error at once, even
 * when a call waits for its next try, where the client cannot cancel it.
 */
export async function untilStopped<T>(session: Session, stop: AbortSignal, calls: () => Promise<T>): Promise<T> {
  stop.throwIfAborted();
  // A signal of its own: the client leaves a listener for each call on the signal that it is given.
  const own = new AbortController();
  setMaxListeners(0, own.signal);
  const stopped = (): void => own.abort();
  stop.addEventListener('abort', stopped);
  try {
    return await Promise.race([
      session.connection.withAbortSignal(own.signal, calls),
      new Promise<never>((_, reject) => {
        own.signal.addEventListener('abort', () => reject(new DOMException('Nobody looks any more.', 'AbortError')));
      }),
    ]);
  } finally {
    stop.removeEventListener('abort', stopped);
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof CommandError ? error.message : reportError(error).message;
  return text.split('\n')[0] ?? text;
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
