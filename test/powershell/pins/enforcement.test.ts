import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { hashScripts, sha256, type ScriptHashes } from '../../../activities/powershell/manifest.ts';
import { systemOutcome } from '../../../activities/powershell/outcome.ts';
import { Pins } from '../../../activities/powershell/pins.ts';
import { NO_METRICS } from '../../../activities/powershell/shell-metrics.ts';
import type { CallOutcome, Shell } from '../../../activities/powershell/shell.ts';
import type { ShellSettings } from '../../../activities/powershell/settings.ts';
import { failureOf } from '../../../activities/step/outcome.ts';
import { shellBehaviour, simulatedShell } from '../../../lab/shell/index.ts';
import { checkoutDir } from '../../../workers/checkout.ts';
import { processesOf } from '../processes.ts';
import { LOCAL, testShell } from '../shells.ts';
import { checkoutWith } from './checkout-copy.ts';

const OTHER = 'a'.repeat(64);
const EDIT = '# edited\n';

let script: string;
let contract: typeof shellBehaviour;
let files: ScriptHashes;
let original: string;

/** A script of its own, outside of the checkout and pinned all the same, so that no other test sees it change. */
beforeEach(async () => {
  script = join(await checkoutWith({}), 'Test-ShellBehaviour.ps1');
  await copyFile(fileURLToPath(shellBehaviour.file), script);
  contract = { ...shellBehaviour, file: pathToFileURL(script) };
  const checkout = await hashScripts(checkoutDir);
  original = checkout['lab/shell/Test-ShellBehaviour.ps1'] ?? '';
  files = { ...checkout, [relative(checkoutDir, script)]: original };
});

function shellWith(pinned: ScriptHashes, settings: Partial<ShellSettings> = {}): Shell {
  const shell = testShell({ pins: new Pins(checkoutDir, pinned), ...settings });
  onTestFinished(() => shell.close());
  return shell;
}

function call(shell: Shell, Behaviour: 'echo' | 'wait' = 'echo', Value: unknown = 1): Promise<CallOutcome<unknown>> {
  return shell.call(contract, LOCAL, { Behaviour, Value });
}

test('a script as pinned runs', async () => {
  expect(await call(shellWith(files))).toMatchObject({ kind: 'result', result: { value: 1 } });
});

test('a script that changed since the shell was opened is refused by the next call, and runs again when it is put back', async () => {
  const shell = shellWith(files);
  expect(await call(shell)).toMatchObject({ kind: 'result' });
  await writeFile(script, EDIT);
  const outcome = await call(shell);
  expect(outcome).toMatchObject({ kind: 'not-sent', type: 'ScriptNotPinned' });
  for (const part of ['Test-ShellBehaviour.ps1', original, sha256(EDIT), 'npx fettle scripts pin'])
    expect(outcome).toHaveProperty('message', expect.stringContaining(part));
  await copyFile(fileURLToPath(shellBehaviour.file), script);
  expect(await call(shell)).toMatchObject({ kind: 'result' });
});

test('a script that changes after it was compared and before it runs is refused where it is read', async () => {
  const queue = new EventEmitter();
  const waiting = once(queue, 'waits');
  const queued = (length: number): void => {
    if (length > 0) queue.emit('waits');
  };
  const shell = shellWith(files, { metrics: { ...NO_METRICS, queued } });
  const first = call(shell, 'wait', 300);
  const second = call(shell);
  await waiting;
  await writeFile(script, EDIT);
  // The first was read before the change or is refused by the same rule; it only keeps the session from the second.
  await first;
  const outcome = await second;
  expect(outcome).toMatchObject({ kind: 'not-sent', type: 'ScriptNotPinned' });
  expect(outcome).toHaveProperty(
    'message',
    expect.stringMatching(/changed right before it ran: .*npx fettle scripts pin/),
  );
});

test.each([
  ['the dispatcher', 'activities/powershell/dispatcher.ps1'],
  ['the runner', 'activities/powershell/runner.psm1'],
  ['a function of the host module', 'activities/powershell/modules/plant/Get-FettleDisk.ps1'],
])('nothing runs when %s is another than pinned', async (_name, path) => {
  const outcome = await call(shellWith({ ...files, [path]: OTHER }));
  expect(outcome).toMatchObject({ kind: 'not-sent', type: 'ScriptNotPinned' });
  for (const part of [path, OTHER, String(files[path])])
    expect(outcome).toHaveProperty('message', expect.stringContaining(part));
});

test.each(['activities/powershell/dispatcher.ps1', 'activities/powershell/runner.psm1'])(
  'a session that was started while %s changed is ended before it serves a call',
  async (path) => {
    const started = join(dirname(script), 'started');
    const executable = join(dirname(script), 'pwsh-simulated.mjs');
    const simulated = pathToFileURL(simulatedShell()).href;
    await writeFile(
      executable,
      `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(started)}, process.pid + '\\n');
await import(${JSON.stringify(simulated)});`,
    );
    // From the moment in which the process runs, the file is another than the manifest says.
    const pinned = Object.defineProperty({ ...files }, path, {
      get: () => (existsSync(started) ? OTHER : files[path]),
    });
    const outcome = await call(shellWith(pinned, { executable }));
    expect(outcome).toMatchObject({ kind: 'not-sent', type: 'ScriptNotPinned' });
    expect(outcome).toHaveProperty('message', expect.stringContaining(path));
    const pids = (await readFile(started, 'utf8')).trim().split('\n').map(Number);
    expect(pids).toHaveLength(1);
    expect(processesOf(pids)).toEqual([]);
  },
);

test('an activity fails with ScriptNotPinned, which is not tried again', async () => {
  await writeFile(script, EDIT);
  const ended = systemOutcome(await call(shellWith(files)));
  if (ended.kind === 'result') throw new Error('nothing should have run');
  expect(failureOf(contract, 'app01.corp.example', ended)).toMatchObject({
    type: 'ScriptNotPinned',
    nonRetryable: true,
  });
});
