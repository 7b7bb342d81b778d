import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { failureConverter } from '../../../workers/data-converter/failure-converter.cjs';

test('a time-out keeps what the attempt before it ended with', () => {
  const cause = ApplicationFailure.create({ type: 'HostUnreachable', message: 'app01 does not answer.' });
  const failure = {
    message: 'activity ScheduleToStart timeout',
    timeoutFailureInfo: { timeoutType: 2 },
    cause: failureConverter.errorToFailure(cause, defaultPayloadConverter),
  };
  const error = failureConverter.failureToError(failure, defaultPayloadConverter);
  expect(error.cause).toMatchObject({ name: 'ApplicationFailure', type: 'HostUnreachable' });
});
