import { isGrpcDeadlineError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { ControlAnswer, ControlName } from '../model/messages.ts';
import { CONTROL_QUEUE } from '../model/queues.ts';
import { refused, unreachable } from './errors.ts';
import { activePollers } from './pollers.ts';
import type { FoundRun } from './run-reference.ts';

/** What an operator sends to a run. `by` is a claim and is recorded as one. */
export interface ControlPayload {
  reason: string;
  by: string;
  target?: string;
}

const ANSWER_LIMIT_MS = 30_000;

/**
 * Steers a run by update, so that the operator reads the answer. Without a worker the same message goes as a signal:
 * the server keeps it, and it counts as soon as a worker is back.
 * @throws {CommandError} `Refused` (exit 5) with the run's reason; `NoWorker` (exit 4) when nobody could answer.
 */
export async function controlRun(found: FoundRun, name: ControlName, payload: ControlPayload): Promise<ControlAnswer> {
  const { session, run, handle } = found;
  if (run.status !== 'RUNNING') {
    throw refused(
      `${run.workflowId} is not running any more (${run.status.toLowerCase()}): nothing was changed. \`npx fettle status ${run.workflowId}\` tells how it ended.`,
    );
  }
  if ((await activePollers(session, CONTROL_QUEUE, 'workflow')).length === 0) {
    await handle.signal(name, payload);
    throw unreachable(
      'NoWorker',
      `No worker polls the queue "${CONTROL_QUEUE}", so nobody answers. The ${name} was left with the server and counts as soon as a worker is back: start one with \`npx fettle worker\`.`,
    );
  }
  const answer = await sendUpdate(found, name, payload);
  if (!answer.accepted) throw refused(`Refused: ${answer.text}`);
  return answer;
}

async function sendUpdate(found: FoundRun, name: ControlName, payload: ControlPayload): Promise<ControlAnswer> {
  const { session, handle } = found;
  try {
    return await session.connection.withDeadline(Date.now() + ANSWER_LIMIT_MS, () =>
      handle.executeUpdate<ControlAnswer, [ControlPayload]>(name, { args: [payload] }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) && !isGrpcDeadlineError(error)) throw error;
    throw unreachable(
      'NoWorker',
      `The worker did not answer in ${ANSWER_LIMIT_MS / 1000} s. The ${name} may or may not have counted: look with \`npx fettle status ${handle.workflowId}\`.`,
    );
  }
}
