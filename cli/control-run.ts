import { randomUUID } from 'node:crypto';
import { isGrpcDeadlineError, isGrpcServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { ControlAnswer, ControlName } from '../model/messages.ts';
import { CONTROL_QUEUE } from '../model/queues.ts';
import { CommandError, refused, unreachable } from './errors.ts';
import { activePollers } from './pollers.ts';
import type { FoundRun } from './run-reference.ts';

/** What an operator sends to a run. `by` is a claim and is recorded as one. */
export interface ControlPayload {
  reason: string;
  by: string;
  target?: string;
}

/** What became of a control message, and whether it went as a message or, an abort that could not, as a cancel. */
export interface ControlOutcome extends ControlAnswer {
  way: 'update' | 'cancel';
}

/** How long the answer to an update is waited for, in milliseconds. */
export const ANSWER_LIMIT_MS = 30_000;
/** Characters of a reason that go into the history with a cancel. */
const CANCEL_REASON = 500;

/**
 * INVALID_ARGUMENT, RESOURCE_EXHAUSTED and FAILED_PRECONDITION of gRPC: what the server answers when a run has had its 10,000 signals,
 * has too many updates under way, or had its 2,000 updates.
 */
const LIMIT_CODES: ReadonlySet<number> = new Set([3, 8, 9]);

/**
 * Steers a run by update, so that the operator reads the answer. Without a worker the same message goes as a signal:
 * the server keeps it, and it counts as soon as a worker is back. An abort that the server does not take any more, or that nobody
 * answers, goes as a cancel, which the run counts as an abort: stopping is always possible.
 * @param answerLimitMs how long an answer is waited for.
 * @throws {CommandError} `Refused` (exit 5) with the run's reason, or the server's; `NoWorker` (exit 4) when nobody could answer.
 */
export async function controlRun(
  found: FoundRun,
  name: ControlName,
  payload: ControlPayload,
  answerLimitMs = ANSWER_LIMIT_MS,
): Promise<ControlOutcome> {
  const { run } = found;
  if (run.status !== 'RUNNING') {
    throw refused(
      `${run.workflowId} is not running any more (${run.status.toLowerCase()}): nothing was changed. \`npx fettle status ${run.workflowId}\` tells how it ended.`,
    );
  }
  try {
    return { ...(await send(found, name, payload, answerLimitMs)), way: 'update' };
  } catch (error) {
    const why = notTaken(error, answerLimitMs);
    if (why === null) throw error;
    if (name !== 'abort') throw stillStoppable(found, name, why);
    await cancel(found, payload);
    return {
      accepted: true,
      way: 'cancel',
      text: `abort: ${why.text} So it went by Cancel, which the run counts as an abort at the safe point as soon as a worker has read it; the reason stands in the history.`,
    };
  }
}

async function send(
  { session, handle }: FoundRun,
  name: ControlName,
  payload: ControlPayload,
  answerLimitMs: number,
): Promise<ControlAnswer> {
  if ((await activePollers(session, CONTROL_QUEUE, 'workflow')).length === 0) {
    await handle.signal(name, payload);
    throw unreachable(
      'NoWorker',
      `No worker polls the queue "${CONTROL_QUEUE}", so nobody answers. The ${name} was left with the server and counts as soon as a worker is back: start one with \`npx fettle worker\`.`,
    );
  }
  const answer = await session.connection.withDeadline(Date.now() + answerLimitMs, () =>
    handle.executeUpdate<ControlAnswer, [ControlPayload]>(name, { args: [payload] }),
  );
  if (!answer.accepted) throw refused(`Refused: ${answer.text}`);
  return answer;
}

/** Whether nobody answered an update in its time: it may or may not have counted. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(error);
}

/** Why a message did not reach the run, or may not have; null for any other error. */
function notTaken(error: unknown, answerLimitMs: number): { unanswered: boolean; text: string } | null {
  if (error instanceof CommandError) return null;
  if (isUnanswered(error)) return { unanswered: true, text: `No answer came in ${answerLimitMs / 1000} s.` };
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause) && LIMIT_CODES.has(cause.code))
      return { unanswered: false, text: `The server does not take the message (${cause.details}).` };
  }
  return null;
}

function stillStoppable(
  { handle: { workflowId } }: FoundRun,
  name: ControlName,
  { unanswered, text }: { unanswered: boolean; text: string },
): CommandError {
  const stop = `The run can be stopped in any case: \`npx fettle abort ${workflowId} --reason TEXT\`, or Request Cancellation in the Web UI.`;
  if (!unanswered) return refused(`${text} The ${name} did not count; the run goes on. ${stop}`);
  return unreachable(
    'NoWorker',
    `${text} The ${name} may or may not have counted: look with \`npx fettle status ${workflowId}\`. ${stop}`,
  );
}

/** A cancel has no limit. The client's own has no place for the reason. */
async function cancel({ session, handle }: FoundRun, { reason, by }: ControlPayload): Promise<void> {
  const { client, namespace } = session;
  await client.workflowService.requestCancelWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: handle.workflowId },
    identity: client.options.identity,
    requestId: randomUUID(),
    reason: `${reason.slice(0, CANCEL_REASON)} (says "${by.slice(0, CANCEL_REASON)}")`,
  });
}
