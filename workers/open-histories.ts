import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { CONTROL_QUEUE } from '../model/queues.ts';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** An open workflow of ours, as far as its history goes. */
export interface OpenHistory {
  workflowId: string;
  type: string;
  /** Workflow id of the run that it belongs to; its own where it is the run. */
  runId: string;
  history: History;
}

/** What was looked at besides. */
export interface LookedAt {
  /** Open workflows that none of our workers serves: of another queue, or of a type that no build of ours ever took up. */
  others: number;
  /** Closed since they were listed. */
  closed: number;
}

/** Also of one that is paused in the Web UI, which is not `Running`. */
const OPEN = 'CloseTime IS NULL';
const OURS = `TaskQueue = "${CONTROL_QUEUE}"`;

/**
 * The history of each open workflow of ours: runs, turns, locks. One at a time, since one may have 50 MB. What the list does not show
 * yet is asked for by its id: the children that a history names.
 */
export async function* openHistories(client: Client, looked: LookedAt): AsyncGenerator<OpenHistory> {
  looked.others = (await client.workflow.count(`${OPEN} AND TaskQueue != "${CONTROL_QUEUE}"`)).count;
  const ids = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query: `${OPEN} AND ${OURS}` })) ids.add(workflowId);
  // A set is walked in the order of insertion, what is added on the way included.
  for (const workflowId of ids) {
    const history = await historyOf(client, workflowId);
    if (history === null || isClosed(history)) looked.closed += 1;
    else if (!isTakenUp(history)) looked.others += 1;
    else {
      for (const child of openChildren(history)) ids.add(child);
      yield { workflowId, history, ...originOf(workflowId, history) };
    }
  }
}

async function historyOf(client: Client, workflowId: string): Promise<History | null> {
  try {
    return await client.workflow.getHandle(workflowId).fetchHistory();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

function isClosed({ events }: History): boolean {
  const last = events?.at(-1);
  return [
    last?.workflowExecutionCompletedEventAttributes,
    last?.workflowExecutionFailedEventAttributes,
    last?.workflowExecutionCanceledEventAttributes,
    last?.workflowExecutionTimedOutEventAttributes,
    last?.workflowExecutionTerminatedEventAttributes,
    last?.workflowExecutionContinuedAsNewEventAttributes,
  ].some((attributes) => attributes !== undefined && attributes !== null);
}

/** Until a build has done a first workflow task of it, a history binds nobody: it has only just come, or nobody has its type. */
function isTakenUp({ events }: History): boolean {
  return events?.some(({ workflowTaskCompletedEventAttributes: done }) => done !== undefined && done !== null) ?? false;
}

function originOf(workflowId: string, { events }: History): Pick<OpenHistory, 'type' | 'runId'> {
  const begun = events?.[0]?.workflowExecutionStartedEventAttributes;
  return { type: begun?.workflowType?.name ?? '', runId: begun?.rootWorkflowExecution?.workflowId ?? workflowId };
}

function openChildren({ events }: History): Set<string> {
  const open = new Set<string>();
  for (const event of events ?? []) {
    const begun = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId;
    if (typeof begun === 'string') open.add(begun);
    const ended =
      event.childWorkflowExecutionCompletedEventAttributes ??
      event.childWorkflowExecutionFailedEventAttributes ??
      event.childWorkflowExecutionCanceledEventAttributes ??
      event.childWorkflowExecutionTimedOutEventAttributes ??
      event.childWorkflowExecutionTerminatedEventAttributes;
    open.delete(ended?.workflowExecution?.workflowId ?? '');
  }
  return open;
}
