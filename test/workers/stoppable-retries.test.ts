import { Connection, defaultGrpcRetryOptions, isGrpcServiceError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { freePorts } from '../../lab/temporal/ports.ts';
import { stoppableRetries } from '../../workers/stoppable-retries.ts';

test('a call that waits for its next try when the retries are stopped has it before the connection is closed, and ends there', async () => {
  let tries = 0;
  let firstFailed = (): void => undefined;
  const failed = new Promise<void>((resolve) => (firstFailed = resolve));
  const retries = stoppableRetries({
    ...defaultGrpcRetryOptions(),
    delayFunction: () => {
      tries += 1;
      firstFailed();
      return 200;
    },
  });
  // Nobody listens there, and nobody is given it meanwhile, as one of the thousands that other tests ask for.
  const [deserted] = await freePorts(1);
  const connection = Connection.lazy({ address: `127.0.0.1:${deserted}`, interceptors: retries.interceptors });
  const call = connection.workflowService.getSystemInfo({}).catch((error: unknown) => error);
  await failed;
  await retries.stop();
  await connection.close();
  expect(isGrpcServiceError(await call)).toBe(true);
  expect(tries).toBe(1);
});
