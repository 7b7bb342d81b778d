import { setTimeout as wait } from 'node:timers/promises';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';

/** The client's usual retries, which can be ended before its connection is closed. */
export interface StoppableRetries {
  interceptors: NonNullable<ConnectionOptions['interceptors']>;
  /** No call is tried again from now on; resolves once those that waited for their next try have had it (5 to 6 seconds at most). */
  stop(): Promise<void>;
}

/** Timers of Node.js fire up to a millisecond or so late. */
const SPARE_MS = 20;

/**
 * The retries of Temporal's client wait in a timer; one that fires after the connection was closed throws where nobody can
 * catch it and ends the process with a stack trace. Stop them, then close.
 */
export function stoppableRetries(usual = defaultGrpcRetryOptions()): StoppableRetries {
  let stopped = false;
  let lastDue = 0;
  const interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !stopped && usual.retryableDecider(attempt, status),
    delayFunction: (attempt, status) => {
      const delay = usual.delayFunction(attempt, status);
      lastDue = Math.max(lastDue, performance.now() + delay + SPARE_MS);
      return delay;
    },
  });
  return {
    interceptors: [interceptor],
    async stop() {
      stopped = true;
      const left = lastDue - performance.now();
      if (left > 0) await wait(left);
    },
  };
}
