import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';

/** Waits, heartbeating, for the end of one execution of a workflow and returns its result. `signal` breaks the wait off. */
export async function followWorkflow<T>(
  client: Client,
  { workflowId, executionRunId }: { workflowId: string; executionRunId: string },
  signal: AbortSignal,
): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), (context.info.heartbeatTimeoutMs ?? 30_000) / 3);
  try {
    const handle = client.workflow.getHandle(workflowId, executionRunId);
    return await client.withAbortSignal(signal, () => handle.result() as Promise<T>);
  } finally {
    clearInterval(beat);
  }
}
