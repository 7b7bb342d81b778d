import { ApplicationFailure } from '@temporalio/common';
import { failureRule } from '../../model/failures.ts';
import type { Problem } from '../../model/problems.ts';

const MEANING = {
  InvalidInput: 'The input cannot be used',
  PlanRefused: 'No plan can be made: a guard speaks against every target',
  PlanTooLarge: 'The plan is too large for one run',
} as const;

/**
 * A failure of planning: never tried again, with every problem in the message (for the Web UI) and in `details[0]`.
 */
export function refusal(type: keyof typeof MEANING, problems: Problem[]): ApplicationFailure {
  const lines = problems.map(({ path, message, expected }) => {
    const where = path === '' ? '' : `${path}: `;
    return `- ${where}${message}. Expected: ${expected}`;
  });
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const message = [`${MEANING[type]} (${count}). ${failureRule(type).advice}`, ...lines].join('\n');
  return ApplicationFailure.nonRetryable(message, type, { type, problems });
}
