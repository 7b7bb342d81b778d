import type { ControlActivities } from '../../model/activities.ts';
import type { Outcome } from '../../model/turn.ts';
import { keyOfParent } from './describe-holder.ts';
import { describeWorkflow, type LockDependencies } from './lock-dependencies.ts';

/**
 * What came of a turn that ended before its run, which was reset meanwhile, could hear of it. A turn of another run, and one that was
 * terminated, tells nothing here.
 */
export function endedTurn({ client }: LockDependencies): ControlActivities['endedTurn'] {
  return async ({ workflowId, runKey }) => {
    const last = await describeWorkflow(client, workflowId);
    if (last !== null && last.closeTime === undefined) return 'open';
    if (last?.status.name !== 'COMPLETED') return 'another';
    if ((await keyOfParent(client, last.parentExecution)) !== runKey) return 'another';
    return (await client.workflow.getHandle(workflowId, last.runId).result()) as Outcome[];
  };
}
