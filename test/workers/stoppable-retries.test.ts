import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Connection, defaultGrpcRetryOptions, isGrpcServiceError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { stoppableRetries } from '../../workers/stoppable-retries.ts';

/** An address at which nobody listens any more. */
async function desertedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

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
  const connection = Connection.lazy({ address: await desertedAddress(), interceptors: retries.interceptors });
  const call = connection.workflowService.getSystemInfo({}).catch((error: unknown) => error);
  await failed;
  await retries.stop();
  await connection.close();
  expect(isGrpcServiceError(await call)).toBe(true);
  expect(tries).toBe(1);
});
