import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabTemporal } from '../../../lab/temporal/connect.ts';
import { workflowBundle } from '../../../workers/bundle.ts';
import { dataConverter } from '../../../workers/data-converter/index.ts';
import { ownNamespace } from '../../own-namespace.ts';

const TASK_QUEUE = 'malformed-payload';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

let temporal: LabTemporal;
let worker: Worker;
let ended: Promise<void>;

beforeAll(async () => {
  temporal = await ownNamespace();
  worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(fileURLToPath(new URL('./fixture/listener.ts', import.meta.url))),
    dataConverter,
  });
  ended = worker.run();
});

afterAll(async () => {
  worker.shutdown();
  await ended;
  await temporal.close();
});

/** Signals with bytes of our choice, as any sender can who speaks gRPC. */
async function signalRaw(workflowId: string, encoding: string, data: Uint8Array): Promise<void> {
  await temporal.client.workflowService.signalWorkflowExecution({
    namespace: temporal.namespace,
    workflowExecution: { workflowId },
    signalName: 'say',
    input: { payloads: [{ metadata: { encoding: encode(encoding) }, data }] },
    requestId: randomUUID(),
  });
}

test('a signal with broken JSON or an unknown encoding reaches its handler as a marked value, and the run goes on', async () => {
  const handle = await temporal.client.workflow.start('listener', {
    taskQueue: TASK_QUEUE,
    workflowId: randomUUID(),
    args: [3],
  });
  await signalRaw(handle.workflowId, 'json/plain', encode('{"reason": '));
  await signalRaw(handle.workflowId, 'binary/from-elsewhere', encode('{}'));
  await handle.signal('say', { reason: 'Batch 4711 is done' });

  expect(await handle.result()).toEqual([
    { malformedPayload: expect.stringMatching(/JSON/) },
    { malformedPayload: 'Unknown encoding: binary/from-elsewhere' },
    { reason: 'Batch 4711 is done' },
  ]);
});

test('values pass client, worker and sandbox unchanged', async () => {
  const value = { text: 'æøå 漢字 😀', numbers: [0, -1.5, 2 ** 53], nothing: null, nested: { yes: true } };
  const result: unknown = await temporal.client.workflow.execute('echo', {
    taskQueue: TASK_QUEUE,
    workflowId: randomUUID(),
    args: [value],
  });
  expect(result).toEqual(value);
});
