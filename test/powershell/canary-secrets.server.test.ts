import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Shell } from '../../activities/powershell/shell.ts';
import { generateInventory, startPlant, type PlantServer } from '../../lab/plant/index.ts';
import { startTemporal, type LabTemporal } from '../../lab/temporal/start.ts';
import { dataConverter } from '../../workers/data-converter/index.ts';
import { createLog } from '../../workers/log.ts';
import { shellLog } from '../../workers/shell.ts';
import { createCanaryActivities, type CanaryCall } from './fixture/canary-activities.ts';
import { createCanary, processes, tracesIn, tracesInFiles, tracesInValue } from './fixture/traces.ts';
import { testShell } from './shells.ts';

const QUEUE = 'canary';
const CORE = `Kanarie${randomBytes(9).toString('hex')}`;
const canary = createCanary(CORE, `'"\\&<> %$æ漢`);
const lines: string[] = [];
const log = createLog({ level: 'trace', readable: false, stream: { write: (line) => void lines.push(line) } });

let folder: string;
let temporal: LabTemporal;
let plant: PlantServer;
let shell: Shell;
let worker: Worker;
let running: Promise<void>;
let stop = new AbortController();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-canary-'));
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  await writeFile(join(folder, 'secret'), `${canary.value}\n`);
  temporal = await startTemporal({ cli: inject('temporalCli'), ui: false, log });
  plant = await startPlant({ inventory: generateInventory(24, 7), seed: 7, scale: 1, faults: [] });
  const environment = { ...process.env, FETTLE_PLANT_URL: plant.url, TMPDIR: temporary, CANARY: canary.value };
  shell = testShell({ environment, log: shellLog(log), sessions: 2 });
  worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    dataConverter,
    taskQueue: QUEUE,
    workflowsPath: fileURLToPath(new URL('./fixture/canary-workflow.ts', import.meta.url)),
    activities: {
      ...createCanaryActivities({ shell, plant: plant.plant, log: shellLog(log), signal: () => stop.signal }),
    },
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await Promise.all([shell.close(), plant.close(), temporal.close()]);
  await rm(folder, { recursive: true });
});

const start = (calls: CanaryCall[]) =>
  temporal.client.workflow.start('canaryRun', { taskQueue: QUEUE, workflowId: randomUUID(), args: [calls] });

async function run(calls: CanaryCall[]): Promise<string[]> {
  const handle = await start(calls);
  const told = (await handle.result()) as string[];
  expect(tracesInValue(canary, await handle.fetchHistory())).toEqual([]);
  expect(tracesInValue(canary, await handle.describe())).toEqual([]);
  return told;
}

const behave = (behaviour: string, more: Partial<CanaryCall> = {}): CanaryCall => ({
  script: 'behaviour',
  behaviour,
  reference: 'env:CANARY',
  ...more,
});

test('what looks for the secret finds it, in every form', () => {
  const { value } = canary;
  const forms = [
    value,
    JSON.stringify({ value }),
    encodeURIComponent(value),
    Buffer.from(value, 'utf16le').toString('latin1'),
    ...['', 'x', 'xy'].flatMap((before) => [
      Buffer.from(`${before}${value}`).toString('base64'),
      Buffer.from(JSON.stringify({ [before]: value })).toString('base64'),
      Buffer.concat([Buffer.from(before), Buffer.from(value, 'utf16le')]).toString('base64'),
    ]),
  ];
  for (const form of forms) expect(tracesIn(canary, `<${form}>`)).not.toEqual([]);
  expect(tracesInValue(canary, { a: [{ data: Buffer.from(value) }] })).not.toEqual([]);
});

describe('a secret reaches its script and is found nowhere else', () => {
  test.each(['env:CANARY', 'file:secret'])('by the reference %s', async (given) => {
    const reference = given.replace('file:', `file:${folder}/`);
    const [length, echo] = await run([behave('length', { reference }), behave('echo', { reference })]);
    expect(JSON.parse(length ?? '')).toEqual({ value: canary.value.length });
    expect(JSON.parse(echo ?? '')).toEqual({ value: `[secret ${reference}]` });
  });

  test("in a failure that tells what was asked for: the host's own message", async () => {
    const [told] = await run([{ script: 'service', reference: 'env:CANARY' }]);
    expect(told).toMatch(/^ScriptFailed: .*\[secret env:CANARY\]/);
  });

  test.each<[string, CanaryCall, RegExp]>([
    ['a shell that repeats its request', behave('echo', { fault: 'echo' }), /\[secret/],
    ['an answer that cannot be read', behave('echo', { fault: 'broken-answer' }), /^ShellFailure/],
    ['terminal codes', behave('echo', { fault: 'ansi' }), /\[secret/],
    ['a slow answer', behave('echo', { fault: 'slow-drip' }), /\[secret/],
    ['a slow answer that was cut off', behave('echo', { fault: 'slow-drip', limitMs: 700 }), /^ShellTimeout/],
    ['a shell that dies before', behave('echo', { fault: 'die-before' }), /^ShellFailure/],
    ['a shell that dies afterwards', behave('echo', { fault: 'die-after' }), /^ShellFailure/],
    ['a result that the contract does not allow', behave('two-values'), /^ContractViolation/],
    ['a failure', behave('fail'), /^UpdateBusy/],
    ['a session that kept it for the next call', behave('remember'), /\[secret/],
    ['the next call', behave('recall', { reference: 'file:OTHER' }), /"environment":/],
  ])('with %s', async (_name, call, expected) => {
    const reference = call.reference.replace('file:OTHER', `file:${folder}/other`);
    await writeFile(join(folder, 'other'), 'another secret');
    expect((await run([{ ...call, reference }]))[0]).toMatch(expected);
  });

  test('when it is missing, or the value stands in the place of the reference', async () => {
    const [missing, pasted] = await run([behave('echo', { reference: 'env:NOT_THERE' })]);
    expect(missing).toMatch(/^SecretMissing: .*env:NOT_THERE/);
    expect(pasted).toBeUndefined();
  });
});

test.skipIf(process.platform !== 'linux')(
  'no process shows it while it is used (only on Linux, which has /proc)',
  async () => {
    stop = new AbortController();
    const handle = await start([behave('child')]);
    const isChild = ({ arguments: given }: { arguments: string }): boolean => given === 'sleep\x00600\x00';
    await expect.poll(async () => (await processes()).some(isChild), { timeout: 20_000 }).toBe(true);
    const shown = await processes();
    expect(shown.some(({ arguments: given }) => given.includes('simulated-pwsh'))).toBe(true);
    expect(shown.filter((one) => tracesInValue(canary, one).length > 0)).toEqual([]);
    expect(tracesInValue(canary, await handle.describe())).toEqual([]);
    stop.abort();
    expect(await handle.result()).toEqual([expect.stringMatching(/^ShellCancelled/)]);
    expect(tracesInValue(canary, await handle.fetchHistory())).toEqual([]);
    stop = new AbortController();
  },
);

test('neither the log at its lowest level nor any temporary file holds it, though both are written', async () => {
  await run([behave('echo', { fault: 'echo' })]);
  expect(lines.some((line) => line.includes('The result held the secret env:CANARY'))).toBe(true);
  expect(lines.filter((line) => tracesIn(canary, line).length > 0)).toEqual([]);
  const temporary = join(folder, 'temporary');
  expect(await readdir(temporary)).not.toEqual([]);
  expect(await tracesInFiles(canary, temporary)).toEqual([]);
});
