import type { Workflow } from '@temporalio/common';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { ControlActivities } from '../../model/activities.ts';
import { ASK_LOCK, lockName, type AskLock, type LockAnswer } from '../../model/locks.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import type { LockDependencies } from './lock-dependencies.ts';

/**
 * Asks for a lock: granted, or a place in line; somebody who has it already is told so. Where the lock is not open it is started with
 * the same call. The server takes ten requests at a time; what it refuses for that is asked again by retry.
 */
export function askLock({ client }: LockDependencies): ControlActivities['askLock'] {
  return async ({ lock, ...asked }) => {
    const startWorkflowOperation = new WithStartWorkflowOperation<Workflow>('lock', {
      workflowId: lock,
      taskQueue: CONTROL_QUEUE,
      args: [],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Lock of ${lockName(lock)}`,
    });
    return await client.workflow.executeUpdateWithStart<Workflow, LockAnswer, [AskLock]>(ASK_LOCK, {
      args: [asked],
      startWorkflowOperation,
    });
  };
}
