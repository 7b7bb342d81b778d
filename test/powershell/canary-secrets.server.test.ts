import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabTemporal } from '../../lab/temporal/connect.ts';
import { dataConverter } from '../../workers/data-converter/index.ts';
import { createLog } from '../../workers/log.ts';
import { shellLog } from '../../workers/shell.ts';
import { ownNamespace } from '../own-namespace.ts';
import { createCanaryActivities, type CanaryCall } from './fixture/canary-activities.ts';
import { createCanary, processes, tracesIn, tracesInFiles, tracesInValue } from './fixture/traces.ts';
import { because, LOCAL, noRealShell } from './shells.ts';
import { openTextShell, type TextShell } from './text-shell.ts';

const QUEUE = 'canary';
const CORE = `Kanarie${randomBytes(9).toString('hex')}`;
const canary = createCanary(CORE, `'"\\&<> %$æ漢`);
const lines: string[] = [];
const log = createLog({ level: 'trace', readable: false, stream: { write: (line) => void lines.push(line) } });

let folder: string;
let temporal: LabTemporal;
let shell: TextShell;
let worker: Worker;
let running: Promise<void>;
let stop = new AbortController();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-canary-'));
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  await writeFile(join(folder, 'secret'), `${canary.value}\n`);
  temporal = await ownNamespace(log);
  const environment = { ...process.env, TMPDIR: temporary, CANARY: canary.value };
  shell = openTextShell(LOCAL, { environment, log: shellLog(log) });
  worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    dataConverter,
    taskQueue: QUEUE,
    workflowsPath: fileURLToPath(new URL('./fixture/canary-workflow.ts', import.meta.url)),
    activities: {
      ...createCanaryActivities({ shell, log: shellLog(log), signal: () => stop.signal }),
    },
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await Promise.all([shell.shell.close(), temporal.close()]);
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

const calling = (text: string, more: Partial<CanaryCall> = {}): CanaryCall => ({
  text,
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

/** Every usual form of the secret, written by the tools of PowerShell. */
const FORMS = `$forms = $Value, (ConvertTo-Json $Value), (ConvertTo-Json $Value -EscapeHandling EscapeHtml), (ConvertTo-Json $Value -EscapeHandling EscapeNonAscii)
$forms += [uri]::EscapeDataString($Value), [Net.WebUtility]::UrlEncode($Value), [Security.SecurityElement]::Escape($Value), [Management.Automation.PSSerializer]::Serialize($Value)
foreach ($before in '', 'x', 'xy') { foreach ($encoding in 'utf-8', 'utf-16') { $forms += [Convert]::ToBase64String([Text.Encoding]::GetEncoding($encoding).GetBytes($before + $Value)) } }`;
const REPEAT = `${FORMS}
foreach ($form in $forms) { [Console]::Out.WriteLine($form); [Console]::Error.WriteLine($form); Write-Warning $form; Write-Verbose $form -Verbose; Write-Information $form }`;

describe.skipIf(noRealShell !== null)(
  `a secret reaches its script and is found nowhere else${because(noRealShell)}`,
  () => {
    test.each(['env:CANARY', 'file:secret'])('by the reference %s', async (given) => {
      const reference = given.replace('file:', `file:${folder}/`);
      const [length, echo] = await run(
        ['@{ value = $Value.Length }', '@{ value = $Value }'].map((text) => calling(text, { reference })),
      );
      expect(JSON.parse(length ?? '')).toEqual({ value: canary.value.length });
      expect(JSON.parse(echo ?? '')).toEqual({ value: `[secret ${reference}]` });
    });

    test.each<[string, CanaryCall, RegExp]>([
      ['a result that has it in every form', calling(`${FORMS}; @{ forms = $forms }`), /^(?=.*\[secret).*forms/],
      ['a script that says it in every form on every stream', calling(`${REPEAT}; 'well'`), /^"well"$/],
      [
        'a failure that names it',
        calling('throw "No service is called $Value."'),
        /^ScriptFailed: .*\[secret env:CANARY\]/,
      ],
      ['a process that ends while it says it', calling(`${REPEAT}; [Environment]::Exit(7)`), /^ShellFailure/],
      [
        'a process that has said half of it at its limit',
        calling('[Console]::Out.Write($Value.Substring(0, $Value.Length - 9)); Start-Sleep -Seconds 60', {
          limitMs: 2_000,
        }),
        /^ShellTimeout/,
      ],
      ['a result that the contract does not allow', calling('$Value; $Value'), /^ContractViolation/],
      ['a session that keeps it for the next call', calling('$env:KEPT = $Value; "kept"'), /kept/],
      [
        'the next call',
        calling('@{ kept = $env:KEPT }; $env:KEPT = $null', { reference: 'file:OTHER' }),
        /"kept":"\[secret env:CANARY\]"/,
      ],
    ])('with %s', async (_name, call, expected) => {
      const reference = call.reference.replace('file:OTHER', `file:${folder}/other`);
      await writeFile(join(folder, 'other'), 'another secret');
      expect((await run([{ ...call, reference }]))[0]).toMatch(expected);
    });

    test('when it is missing', async () => {
      const [missing] = await run([calling('1', { reference: 'env:NOT_THERE' })]);
      expect(missing).toMatch(/^SecretMissing: .*env:NOT_THERE/);
    });

    test.skipIf(process.platform !== 'linux')(
      'no process shows it while it is used (only on Linux, which has /proc)',
      async () => {
        stop = new AbortController();
        const handle = await start([calling('& sleep 600')]);
        const isChild = ({ arguments: given }: { arguments: string }): boolean => given.endsWith('sleep\x00600\x00');
        await expect.poll(async () => (await processes()).some(isChild), { timeout: 20_000 }).toBe(true);
        expect((await processes()).filter((one) => tracesInValue(canary, one).length > 0)).toEqual([]);
        expect(tracesInValue(canary, await handle.describe())).toEqual([]);
        stop.abort();
        expect(await handle.result()).toEqual([expect.stringMatching(/^ShellCancelled/)]);
        expect(tracesInValue(canary, await handle.fetchHistory())).toEqual([]);
        stop = new AbortController();
      },
    );

    test('neither the log at its lowest level nor any temporary file holds it, though both are written', async () => {
      await run([calling('@{ value = $Value }')]);
      expect(lines.some((line) => line.includes('The result held the secret env:CANARY'))).toBe(true);
      expect(lines.filter((line) => tracesIn(canary, line).length > 0)).toEqual([]);
      const temporary = join(folder, 'temporary');
      expect(await readdir(temporary)).not.toEqual([]);
      expect(await tracesInFiles(canary, temporary)).toEqual([]);
    });
  },
);
