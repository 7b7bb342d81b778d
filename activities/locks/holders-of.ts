import type { Client } from '@temporalio/client';
import type { ControlActivities } from '../../model/activities.ts';
import { HOLDS, type Claim } from '../../model/locks.ts';
import { namesLock } from './await-release.ts';
import { describeWorkflow, firstRunIdOf, type LockDependencies } from './lock-dependencies.ts';

/**
 * Who holds a lock that begins anew: the open turns that name it, also those that are paused. Each says itself whether it holds it or only
 * asks; one that cannot answer counts as a holder.
 */
export function holdersOf({ client }: LockDependencies): ControlActivities['holdersOf'] {
  return async ({ lock }) => {
    const holders: Claim[] = [];
    // Compared here: a name may have signs that mean something in a query.
    for await (const turn of client.workflow.list({ query: 'FettleLocks IS NOT NULL AND CloseTime IS NULL' })) {
      if (!namesLock(turn, lock)) continue;
      const { workflowId } = turn;
      const claim = await claimOf(client, workflowId, lock);
      if (claim !== null) holders.push(claim);
    }
    return holders;
  };
}

async function claimOf(client: Client, workflowId: string, lock: string): Promise<Claim | null> {
  // The list may be some seconds old; this is not.
  const turn = await describeWorkflow(client, workflowId);
  if (turn === null || turn.closeTime !== undefined || !namesLock(turn, lock)) return null;
  try {
    const held = await client.workflow.getHandle(workflowId).query<Record<string, Claim>>(HOLDS);
    return held[lock] ?? null;
  } catch {
    const runId = turn.rootExecution?.workflowId ?? workflowId;
    return {
      key: workflowId,
      workflowId,
      firstRunId: firstRunIdOf(turn),
      executionRunId: turn.runId,
      runId,
      limits: null,
      after: null,
    };
  }
}
