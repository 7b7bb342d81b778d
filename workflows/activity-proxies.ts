import { ActivityCancellationType, proxyActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { ControlActivities } from '../model/activities.ts';
import { FAILURES, type FailureType } from '../model/failures.ts';
import type { Limits } from '../model/plan.ts';
import { CONTROL_QUEUE } from '../model/queues.ts';

/** Activities that need no target. They read and decide only, so a retry is always safe. */
export const controlActivities = proxyActivities<ControlActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
});

/** Follows something on the control queue for as long as it takes; a lost worker shows by its heartbeat. */
export const controlFollowing = proxyActivities<ControlActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '1 minute',
});

/** Waits on the control queue for something that may be given up at once: nothing was begun that would have to end first. */
export const controlWaiting = proxyActivities<ControlActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '7 days',
  heartbeatTimeout: '1 minute',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** Time beyond a limit that the activity watches itself, and beyond its last call, so that its own clear failure comes first. */
const GRACE_MS = 60_000;
const LONGEST_RETRY_MS = 60_000;
/** Attempts beyond those that fill the time limit with the longest wait between them. */
const FOLLOW_ATTEMPTS = 20;

/** Steps that are over in minutes. A lost worker shows by the missing heartbeat, and the step is tried again. */
export function stepActivities<A>(queue: string, limits: Limits): ActivityInterfaceFor<A> {
  return proxyActivities<A>({
    taskQueue: queue,
    scheduleToStartTimeout: limits.workerWaitMs,
    startToCloseTimeout: Math.max(10 * limits.callMs, 30 * 60_000),
    heartbeatTimeout: limits.heartbeatMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { ...backoff(limits), maximumAttempts: limits.retryAttempts },
  });
}

/** Trouble of a worker that another one, or the same one later, need not have. */
const WORKERS_OWN: readonly string[] = ['ShellFailure'] satisfies FailureType[];
/** What an activity that follows something says has been waited for already: only trouble of its worker is a reason to follow on. */
const SAID_ONCE = Object.keys(FAILURES).filter((type) => !WORKERS_OWN.includes(type));

/**
 * Steps that follow something which goes on without them: an installation, a reboot. The activity watches its own limit; workers
 * that are lost, or whose PowerShell fails, do not end it before that limit, since the target goes on meanwhile.
 */
export function followingActivities<A>(queue: string, limits: Limits, limitMs: number): ActivityInterfaceFor<A> {
  return proxyActivities<A>({
    taskQueue: queue,
    scheduleToStartTimeout: limits.workerWaitMs,
    startToCloseTimeout: limitMs + limits.callMs + GRACE_MS,
    heartbeatTimeout: limits.heartbeatMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      ...backoff(limits),
      maximumAttempts: FOLLOW_ATTEMPTS + Math.ceil(limitMs / LONGEST_RETRY_MS),
      nonRetryableErrorTypes: SAID_ONCE,
    },
  });
}

function backoff(limits: Limits) {
  return { initialInterval: limits.retryFirstMs, backoffCoefficient: 2, maximumInterval: LONGEST_RETRY_MS };
}
