import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';

const LOOK_EVERY_MS = 100;
const CLOSED_WITHIN_MS = 120_000;

/** Whether an execution with this id is open. */
export async function isOpen(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).closeTime === undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Until no execution with this id is open, whatever became of the others: a reset makes another one. */
export async function untilClosed(client: Client, workflowId: string): Promise<void> {
  for (const deadline = Date.now() + CLOSED_WITHIN_MS; Date.now() < deadline; await wait(LOOK_EVERY_MS))
    if (!(await isOpen(client, workflowId))) return;
  throw new Error(`${workflowId} has not ended in time.`);
}
