import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { FAILURES } from '../model/failures.ts';

/**
 * Whoever may start workflows can start any type of them by hand, or by a schedule. What only a run may start refuses unless a
 * workflow started it, whatever its input says.
 */
export function requireParent(): void {
  const { parent, workflowType } = workflowInfo();
  if (parent !== undefined) return;
  const { advice } = FAILURES.NotStartedByRun;
  throw ApplicationFailure.nonRetryable(`${workflowType} is started by a run only. ${advice}`, 'NotStartedByRun');
}

/**
 * The state that an execution goes on with, or null for one that begins. It counts only where this run continued as new: a state
 * that somebody made up would be a run without a plan that anybody froze. A cron schedule starts each time as if it went on.
 */
export function continuedState(given: unknown): unknown {
  const { continuedFromExecutionRunId, cronSchedule } = workflowInfo();
  if (given === undefined) return null;
  if (continuedFromExecutionRunId !== undefined && !cronSchedule) return given;
  const problem = { path: '', message: 'a second argument was given', expected: 'one JSON object, the input' };
  throw ApplicationFailure.nonRetryable(
    `The input cannot be used: ${problem.message}; ${problem.expected} is expected. ${FAILURES.InvalidInput.advice}`,
    'InvalidInput',
    { type: 'InvalidInput', problems: [problem] },
  );
}
