import { ApplicationFailure } from '@temporalio/common';
import { failureRule, type FailureDetail, type FailureType } from '../model/failures.ts';

export interface FailureOptions {
  /** Forbids the retry that the table would allow: for steps that must not run twice. */
  once?: boolean;
  cause?: Error;
}

/**
 * The failure that an activity throws: its type's rule decides whether Temporal tries again, its message says what
 * happened and what to do next, and `details[0]` is a `FailureDetail`. Where the rule asks a person and no question is
 * given, the message is the question.
 */
export function failure(
  type: FailureType,
  happened: string,
  detail: FailureDetail = {},
  { once = false, cause }: FailureOptions = {},
): ApplicationFailure {
  const rule = failureRule(type);
  const message = `${sentence(happened)} ${rule.advice}`;
  const question = detail.question ?? (rule.handling === 'ask' ? message : undefined);
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: once || !rule.retry,
    details: [{ ...detail, question } satisfies FailureDetail],
    ...(cause ? { cause } : {}),
  });
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
