import { WorkflowNotFoundError } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import type { Session } from '../connect.ts';
import type { HistoryEvent } from './event-text.ts';

/** One execution of a workflow id. */
export interface Execution {
  workflowId: string;
  executionRunId: string;
}

/**
 * Histories of an execution and of those that it continues, the earliest first: a run that waits for long goes on in a new
 * execution. What is past its retention is left out.
 */
export async function readExecutions(session: Session, { workflowId, executionRunId }: Execution): Promise<History[]> {
  const history = await session.client.workflow.getHandle(workflowId, executionRunId).fetchHistory();
  const before = startOf(history)?.continuedExecutionRunId;
  if (!before) return [history];
  const earlier = readExecutions(session, { workflowId, executionRunId: before });
  return [...(await earlier.catch(noneIfGone)), history];
}

function noneIfGone(error: unknown): [] {
  if (error instanceof WorkflowNotFoundError) return [];
  throw error;
}

/** With what the execution began. */
export function startOf({ events }: History): HistoryEvent['workflowExecutionStartedEventAttributes'] {
  return events?.[0]?.workflowExecutionStartedEventAttributes;
}

/** Children that a history started. */
export function childrenOf({ events }: History): Execution[] {
  return (events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) => {
    const { workflowId, runId } = started?.workflowExecution ?? {};
    return workflowId && runId ? [{ workflowId, executionRunId: runId }] : [];
  });
}
