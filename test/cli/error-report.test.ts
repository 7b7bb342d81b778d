import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, TerminatedFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { errorDocument, errorText, reportError } from '../../cli/error-report.ts';
import { badInput, refused, unreachable } from '../../cli/errors.ts';

const PROBLEM = { path: 'waves[1].percent', message: 'must be above 0', expected: 'a number above 0' };
const ended = (type: string, details: unknown[] = []): WorkflowFailedError =>
  new WorkflowFailedError(
    'failed',
    ApplicationFailure.nonRetryable('It says why.', type, ...details),
    'NON_RETRYABLE_FAILURE',
  );

describe('the exit code', () => {
  test.each<[string, unknown, number]>([
    ['of bad input is 2', badInput('bad', [PROBLEM]), 2],
    ['of a missing server is 4', unreachable('NoServer', 'none'), 4],
    ['of a refusal is 5', refused('no'), 5],
    ['of a run with bad input is 2', ended('InvalidInput', [{ type: 'InvalidInput', problems: [PROBLEM] }]), 2],
    ['of a plan that is too large is 2', ended('PlanTooLarge'), 2],
    ['of a plan that a guard refused is 5', ended('PlanRefused'), 5],
    ['of an unknown run is 2', new WorkflowNotFoundError('none', 'id', undefined), 2],
    ['of a terminated run is 1', new WorkflowFailedError('x', new TerminatedFailure('x'), 'NON_RETRYABLE_FAILURE'), 1],
    ['of a server that went away is 4', Object.assign(new Error('gone'), { code: 14, details: '', metadata: {} }), 4],
    ['of an error of ours is 1', new TypeError('x is undefined'), 1],
  ])('%s', (_name, error, expected) => {
    expect(reportError(error).exitCode).toBe(expected);
  });
});

describe('a reported error', () => {
  test('carries the problems of a failed run out of the failure details', () => {
    expect(reportError(ended('InvalidInput', [{ problems: [PROBLEM] }])).problems).toEqual([PROBLEM]);
  });

  test('tells the problems once, and not again inside the message', () => {
    const message = 'The input cannot be used.\n- waves[1].percent: must be above 0';
    const failure = ApplicationFailure.nonRetryable(message, 'InvalidInput', { problems: [PROBLEM] });
    expect(reportError(failure).message).toBe(
      'The input cannot be used. Correct every problem that is listed and start again; nothing was changed.',
    );
  });

  test('says what to do next', () => {
    expect(reportError(ended('PlanRefused')).message).toBe(
      'It says why. Read the reasons, change the input or the inventory, and plan again; nothing was changed.',
    );
  });

  test('as text lists every problem with what would be right', () => {
    const text = errorText(reportError(badInput('2 problems.', [PROBLEM, { ...PROBLEM, path: '', expected: '' }])));
    expect(text).toBe(
      '2 problems.\n  waves[1].percent: must be above 0\n    expected: a number above 0\n  (whole document): must be above 0',
    );
  });

  test('as a document has type and problems at the top for bad input, and always under "error"', () => {
    expect(errorDocument(reportError(badInput('bad', [PROBLEM])))).toEqual({
      type: 'InvalidInput',
      problems: [PROBLEM],
      error: { type: 'InvalidInput', message: 'bad', problems: [PROBLEM] },
    });
    expect(errorDocument(reportError(refused('not now')))).toEqual({ error: { type: 'Refused', message: 'not now' } });
  });

  test('of ours keeps its stack for whoever reports it; no other shows one', () => {
    expect(errorText(reportError(new TypeError('x is undefined')))).toContain('error-report.test.ts');
    expect(errorText(reportError(refused('not now')))).toBe('not now');
  });
});
