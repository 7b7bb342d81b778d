import { IllegalStateError } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createLog } from '../../workers/log.ts';
import { WorkerGroup } from '../../workers/worker-group.ts';

/** A worker whose run fails: once it is asked to shut down, or `atOnce`. */
function failing(error: Error, atOnce = false): Worker {
  let fail = (_error: Error): void => undefined;
  const ended = new Promise<void>((_resolve, reject) => (fail = reject));
  if (atOnce) fail(error);
  const worker = { options: { taskQueue: 'control' }, run: () => ended, getState: () => 'RUNNING' };
  return { ...worker, shutdown: () => fail(error) } as unknown as Worker;
}

const untidy = new IllegalStateError('Worker still in use: Expected 1 reference, but got 2');
const group = () => new WorkerGroup(createLog({ level: 'silent', readable: false }));

test('workers that were drained have ended, also where the SDK could not let go of one', async () => {
  const workers = group();
  workers.add(failing(untidy));
  workers.shutDown();
  expect(await workers.ended()).toBeUndefined();
});

test.each([
  ['the same of a worker that nobody drained', untidy],
  ['anything else', new Error('the connection broke')],
])('%s is an error, and ends the others', async (_, error) => {
  const workers = group();
  workers.add(failing(untidy));
  workers.add(failing(error, true));
  await expect(workers.ended()).rejects.toBe(error);
});
