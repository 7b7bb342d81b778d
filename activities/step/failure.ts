import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { failureRule, type FailureDetail, type FailureType } from '../../model/failures.ts';

export interface FailureOptions {
  /** Forbids the retry that the table would allow: for steps that must not run twice. */
  once?: boolean;
  cause?: Error;
  /** Says that nothing is wrong: only not over yet, and to be looked at again after so many milliseconds. */
  nextLookMs?: number;
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
  { once = false, cause, nextLookMs }: FailureOptions = {},
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
    ...(nextLookMs === undefined ? {} : { nextRetryDelay: nextLookMs, category: ApplicationFailureCategory.BENIGN }),
  });
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** The same failure with more beside what its details say already. A cancellation, or what is no failure of ours, stays as it is. */
export function withDetail(error: unknown, more: FailureDetail): unknown {
  if (!(error instanceof ApplicationFailure)) return error;
  const { message, type, nonRetryable, nextRetryDelay, category, cause, details } = error;
  const [detail, ...others] = details ?? [];
  const whole: FailureDetail = { ...(detail as FailureDetail | undefined), ...more };
  return new ApplicationFailure(message, type, nonRetryable, [whole, ...others], cause, nextRetryDelay, category);
}

/** The type of `model/failures.ts` that a failed call carries; undefined for anything else. */
export function failureTypeOf(error: unknown): string | undefined {
  return error instanceof ApplicationFailure ? (error.type ?? undefined) : undefined;
}

/** The HRESULT that a failed call carries, where the failure came from Windows. */
export function hresultOf(error: unknown): string | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined;
  const detail = error.details?.[0] as FailureDetail | undefined;
  return detail?.hresult;
}

/** What a failed call says without its advice, for a failure that gives advice of its own. */
export function happenedIn(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const { advice } = failureRule(failureTypeOf(error));
  return message.endsWith(advice) ? message.slice(0, -advice.length).trim() : message;
}

/** Whether a call failed because nobody answered: the host may be down, in the middle of a reboot, or cut off. */
export function isSilence(error: unknown): boolean {
  const type = failureTypeOf(error);
  return type === 'HostUnreachable' || type === 'HostLost' || type === 'ShellTimeout';
}
