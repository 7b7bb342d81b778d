import type { RetryPolicy } from '@temporalio/common';
import { ActivityCancellationType, proxyActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { ControlActivities } from '../model/activities.ts';
import { FAILURES, type FailureType } from '../model/failures.ts';
import type { Limits } from '../model/plan.ts';
import { CONTROL_QUEUE } from '../model/queues.ts';

/** Activities that look at other workflows. They only read, so they are tried until they answer. */
export const controlActivities = proxyActivities<ControlActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Activities that make plans. A lost worker shows by its heartbeat: nobody waits minutes for a plan because of it. */
export const planningActivities = proxyActivities<ControlActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
});

const LONGEST_RETRY_MS = 60_000;

/** Steps that are over in minutes. A lost worker shows by the missing heartbeat, and the step is tried again. */
export function stepActivities<A>(queue: string, limits: Limits): ActivityInterfaceFor<A> {
  return proxyActivities<A>({
    ...oneAttempt(queue, limits),
    scheduleToStartTimeout: limits.workerWaitMs,
    retry: {
      initialInterval: limits.retryFirstMs,
      backoffCoefficient: 2,
      maximumInterval: LONGEST_RETRY_MS,
      maximumAttempts: limits.retryAttempts,
    },
  });
}

/** What another attempt may well see otherwise: that it is over, or trouble of a worker that another one need not have. */
const LOOKED_AT_AGAIN: readonly string[] = ['NotOver', 'ShellFailure'] satisfies FailureType[];
/** Whatever else a look ends with it has waited for already. */
const SAID_ONCE = Object.keys(FAILURES).filter((type) => !LOOKED_AT_AGAIN.includes(type));

/**
 * Steps that look at something which goes on without them (an installation, a reboot): an attempt is one look, and the next one
 * comes by retry. So nothing is held while it waits, neither a slot of a worker nor a worker at all. Whoever calls one gives it its
 * limit, `scheduleToCloseTimeout` (turn/follow.ts); nothing else ends it, so that a site without worker is waited for.
 */
export function followingActivities<A>(queue: string, limits: Limits): ActivityInterfaceFor<A> {
  return proxyActivities<A>({
    ...oneAttempt(queue, limits),
    retry: lookAgainAfter(limits.pollMs),
  });
}

/** The same for what is waited for, or asked for, on the control queue. It may be given up at once: nothing was begun that would have to end first. */
export function followingControl({ pollMs }: Pick<Limits, 'pollMs'>): ActivityInterfaceFor<ControlActivities> {
  return proxyActivities<ControlActivities>({
    taskQueue: CONTROL_QUEUE,
    startToCloseTimeout: '30 seconds',
    retry: lookAgainAfter(pollMs),
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
}

function lookAgainAfter(pollMs: number): RetryPolicy {
  return {
    // For a look whose worker was lost. The interval never grows: each look counts as an attempt.
    initialInterval: pollMs,
    backoffCoefficient: 1,
    // The server cuts the wait that a look asks for down to this.
    maximumInterval: 2 * pollMs,
    nonRetryableErrorTypes: SAID_ONCE,
  };
}

function oneAttempt(queue: string, limits: Limits) {
  return {
    taskQueue: queue,
    startToCloseTimeout: Math.max(10 * limits.callMs, 30 * 60_000),
    heartbeatTimeout: limits.heartbeatMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  };
}
