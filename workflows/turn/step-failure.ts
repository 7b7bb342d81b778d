import { ActivityFailure, ApplicationFailure, rootCause, TimeoutFailure } from '@temporalio/workflow';
import {
  failureRule,
  isFailureType,
  type FailureDetail,
  type FailureRule,
  type FailureType,
} from '../../model/failures.ts';

/** A failure of a step, in the words of model/failures.ts. A turn makes its outcome of it; planning and stages use it too. */
export class StepFailure extends Error {
  readonly type: FailureType;
  readonly question: string | null;

  constructor(type: FailureType, message: string, question: string | null = null) {
    super(message);
    this.name = 'StepFailure';
    this.type = type;
    this.question = question;
  }

  get rule(): FailureRule {
    return failureRule(this.type);
  }
}

/** Reads the failure of an activity: its own type, or what a time-out means for a step whose end nobody saw. */
export function asStepFailure(error: unknown): StepFailure {
  if (error instanceof StepFailure) return error;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return fromTimeout(cause);
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    return new StepFailure(cause.type, cause.message, questionInDetails(cause));
  }
  return new StepFailure('ScriptFailed', rootCause(error) ?? 'The step failed without a message.');
}

function questionInDetails(failure: ApplicationFailure): string | null {
  const detail = failure.details?.[0] as FailureDetail | undefined;
  return detail?.question ?? null;
}

function fromTimeout(timeout: TimeoutFailure): StepFailure {
  // A cause means that an earlier attempt had already begun.
  if (timeout.timeoutType === 'SCHEDULE_TO_START' && timeout.cause === undefined) {
    return new StepFailure('NoWorker', 'No worker of the site took the step: it was certainly not begun.');
  }
  return new StepFailure('StateUnknown', 'The worker that ran the step was lost and its end was not seen.');
}
