import {
  ActivityFailure,
  ApplicationFailure,
  TimeoutFailure,
  type RetryState,
  type TimeoutType,
} from '@temporalio/common';
import { expect, test } from 'vitest';
import { asStepFailure, limitReached } from '../../workflows/turn/step-failure.ts';

const timeout = (type: TimeoutType, cause?: Error) =>
  Object.assign(new TimeoutFailure('it took too long', undefined, type), { cause });
const ended = (cause: Error, retryState: RetryState = 'NON_RETRYABLE_FAILURE') =>
  new ActivityFailure('the activity ended', 'preflight', '1', retryState, 'a worker', cause);
const refused = ApplicationFailure.create({ type: 'HostUnreachable', message: 'app01 does not answer.' });

test.each([
  ['the first attempt of a step, that no worker took', timeout('SCHEDULE_TO_START'), 'NoWorker', 'certainly not begun'],
  ['a later one, after the host did not answer', timeout('SCHEDULE_TO_START', refused), 'HostUnreachable', 'app01'],
  ['a later one, after a worker was lost', timeout('SCHEDULE_TO_START', timeout('HEARTBEAT')), 'StateUnknown', 'lost'],
  ['a step that the end of the window cut off', timeout('SCHEDULE_TO_CLOSE'), 'StateUnknown', 'window'],
  ['a worker that was lost', timeout('HEARTBEAT'), 'StateUnknown', 'lost'],
])('%s, is told as what is known of it', (_what, cause, type, words) => {
  const failure = asStepFailure(ended(cause));
  expect(failure.type).toBe(type);
  expect(failure.message).toContain(words);
  expect(failure.message.includes('certainly not begun')).toBe(type === 'NoWorker');
});

test.each([
  ['the time passed', ended(timeout('SCHEDULE_TO_CLOSE')), true],
  ['the next look would have come too late', ended(refused, 'TIMEOUT'), true],
  ['a look failed for good', ended(refused), false],
  ['no worker took it in all that time', ended(timeout('SCHEDULE_TO_START')), true],
])('a limit is reached when %s: %s', (_what, error, reached) => {
  expect(limitReached(error)).toBe(reached);
});
