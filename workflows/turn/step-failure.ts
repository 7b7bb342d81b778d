import { ActivityFailure, ApplicationFailure, rootCause, TimeoutFailure } from '@temporalio/workflow';
import {
  failureRule,
  isFailureType,
  type FailureDetail,
  type FailureRule,
  type FailureType,
} from '../../model/failures.ts';
import type { OtherScripts } from '../../model/turn.ts';

/** A failure of a step, in the words of model/failures.ts. A turn makes its outcome of it; planning and stages use it too. */
export class StepFailure extends Error {
  readonly type: FailureType;
  readonly question: string | null;
  readonly heldUp: OtherScripts | null;
  /** It was refused, and certainly nothing was sent before that would change anything. */
  readonly nothingSent: boolean;

  constructor(
    type: FailureType,
    message: string,
    question: string | null = null,
    { heldUp = null, nothingSent = false }: Partial<Pick<StepFailure, 'heldUp' | 'nothingSent'>> = {},
  ) {
    super(message);
    this.name = 'StepFailure';
    this.type = type;
    this.question = question;
    this.heldUp = heldUp;
    this.nothingSent = nothingSent;
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
    const { question = null, heldUp = null, nothingSent = false } = detailOf(cause);
    return new StepFailure(cause.type, cause.message, question, { heldUp, nothingSent });
  }
  return new StepFailure('ScriptFailed', rootCause(error) ?? 'The step failed without a message.');
}

/** A step's failure that the turn goes on after; one that holds the turn up is thrown on. */
export function passedOver(error: unknown): StepFailure {
  const failure = asStepFailure(error);
  if (failure.heldUp !== null) throw failure;
  return failure;
}

/** What an activity's failure tells beside its words; nothing of any other error. */
export function detailOf(error: unknown): FailureDetail {
  const detail = error instanceof ApplicationFailure ? error.details?.[0] : undefined;
  return (detail as FailureDetail | undefined) ?? {};
}

/** What the step of an activity that failed may have done all the same; undefined where it says nothing of that. */
export function perhapsDone(error: unknown): unknown {
  return error instanceof ActivityFailure ? detailOf(error.cause).perhaps : undefined;
}

function fromTimeout({ timeoutType, cause }: TimeoutFailure): StepFailure {
  if (timeoutType === 'SCHEDULE_TO_START') {
    // Without a cause it is the first attempt. Where an earlier one has said how it ended, that stands.
    if (cause === undefined) {
      const message = 'No worker of the site took the step in time: this step was certainly not begun.';
      return new StepFailure('NoWorker', message, null, { nothingSent: true });
    }
    if (cause instanceof ApplicationFailure) {
      const { type, message, question } = asStepFailure(cause);
      return new StepFailure(type, `${message} Then no worker of the site took the step again.`, question);
    }
  }
  if (timeoutType === 'SCHEDULE_TO_CLOSE')
    return new StepFailure('StateUnknown', 'The step had its time, until the window closed, and its end was not seen.');
  return new StepFailure('StateUnknown', 'The worker that ran the step was lost and its end was not seen.');
}

/**
 * Whether an activity ended because its time was up. It has several ends: the time passed; no worker took it in all that time; or
 * the next attempt would have come after it, of which the server makes no time-out but ends the activity early, with the last
 * attempt's own failure.
 */
export function limitReached(error: unknown): error is ActivityFailure {
  return error instanceof ActivityFailure && (error.retryState === 'TIMEOUT' || error.cause instanceof TimeoutFailure);
}
