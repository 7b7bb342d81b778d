import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { ShellSettings } from '../../activities/powershell/settings.ts';
import type { Shell } from '../../activities/powershell/shell.ts';
import { shellBehaviour } from '../../lab/shell/index.ts';
import { temporaryFile, temporaryProgram } from '../temporary.ts';
import { openTarget } from './contract/subjects.ts';
import { measured, type Measured } from './measured.ts';
import { processesOf, sessionLog } from './processes.ts';
import { answering, LOCAL, testShell } from './shells.ts';

function open(settings: Partial<ShellSettings> = {}): { shell: Shell; metrics: Measured; pids: number[] } {
  const metrics = measured();
  const { log, pids } = sessionLog();
  const shell = testShell({ metrics, log, ...settings });
  onTestFinished(() => shell.close({ graceMs: 0 }));
  return { shell, metrics, pids };
}

const behave = (shell: Shell, Behaviour: 'echo' | 'hang' | 'wait', Value: unknown, options = {}) =>
  shell.call(shellBehaviour, LOCAL, { Behaviour, Value }, options);

test('a call waits for its session no longer than it may take itself, and nothing of it has run then', async () => {
  const { shell } = open();
  await shell.version();
  const stop = new AbortController();
  const hanging = behave(shell, 'hang', 1, { signal: stop.signal });
  const late = await behave(shell, 'echo', 1, { limitMs: 100 });
  expect(late).toMatchObject({ kind: 'shell-failed', started: false });
  expect(late).toHaveProperty(
    'message',
    expect.stringMatching(/no PowerShell session .* free within its time of 0\.1 s/),
  );
  stop.abort();
  expect((await hanging).kind).toBe('cancelled');
  expect(await behave(shell, 'echo', 2)).toMatchObject({ kind: 'result' });
});

test('calls that may take very long leave one session to the others', async () => {
  const { shell } = open({ sessions: 2, limits: { longCallMs: 1_000 } });
  const stop = new AbortController();
  const long = [1, 2].map((value) => behave(shell, 'hang', value, { limitMs: 60_000, signal: stop.signal }));
  expect(await behave(shell, 'echo', 'short', { limitMs: 900 })).toMatchObject({ kind: 'result' });
  stop.abort();
  expect((await Promise.all(long)).map(({ kind }) => kind)).toEqual(['cancelled', 'cancelled']);
});

test('a session that nobody needs is ended, and the next call starts another', async () => {
  const { shell, metrics, pids } = open({ limits: { idleMs: 50 } });
  expect(await behave(shell, 'wait', 200)).toMatchObject({ kind: 'result' });
  await expect.poll(() => metrics.recycles).toEqual(['idle']);
  await expect.poll(() => processesOf(pids)).toEqual([]);
  expect(metrics.sessionCounts).toEqual([1, 0]);
  expect(await behave(shell, 'echo', 1)).toMatchObject({ kind: 'result' });
  expect(pids).toHaveLength(2);
});

/** A stand-in that keeps every request that it is sent and answers none: at the first it ends. */
async function silentShell(): Promise<{ executable: string; requests: () => Promise<Record<string, unknown>[]> }> {
  const lines = await temporaryFile('');
  const executable = await temporaryProgram(
    answering(`'7.6.0'`, `require('node:fs').appendFileSync(${JSON.stringify(lines)}, line + '\\n'); process.exit(0);`),
  );
  const requests = async (): Promise<Record<string, unknown>[]> => {
    const kept = (await readFile(lines, 'utf8')).trim().split('\n');
    return kept.map((line) => JSON.parse(Buffer.from(line, 'base64').toString('utf8')) as Record<string, unknown>);
  };
  return { executable, requests };
}

test('opening a connection may take 15 s, and no longer than half of what the call may take', async () => {
  const { executable, requests } = await silentShell();
  const { connection, close } = await openTarget({ simulated: true });
  onTestFinished(close);
  const { shell } = open({ executable, simulatedShell: false, hostModule: 'windows' });
  for (const options of [{}, { limitMs: 10_000 }])
    expect(await shell.call(shellBehaviour, connection, { Behaviour: 'echo', Value: 1 }, options)).toMatchObject({
      kind: 'shell-failed',
      started: false,
    });
  const waits = (await requests()).map(({ target }) => (target as { connectTimeoutMs: number }).connectTimeoutMs);
  expect(waits).toEqual([15_000, 5_000]);
});

test('a shell that is closed does not wait for a session that is still starting', async () => {
  const started = await temporaryFile('');
  const executable = await temporaryProgram(
    `require('node:fs').writeFileSync(${JSON.stringify(started)}, String(process.pid)); process.stdin.resume();`,
  );
  const { shell } = open({ executable, simulatedShell: false, limits: { startMs: 600_000 } });
  const call = behave(shell, 'echo', 1);
  await expect.poll(() => readFile(started, 'utf8')).not.toBe('');
  await shell.close({ graceMs: 0 });
  expect(await call).toMatchObject({ started: false });
  expect(processesOf([Number(await readFile(started, 'utf8'))])).toEqual([]);
});

test('an answer that our own code stumbles over costs the call and its session, and tells nothing of what it held', async () => {
  const { shell, metrics } = open();
  const stumbling = {
    ...shellBehaviour,
    result: {
      safeParse: (): never => {
        throw new RangeError('canary');
      },
    },
  };
  const outcome = await shell.call(stumbling, LOCAL, { Behaviour: 'echo', Value: 1 });
  expect(outcome).toMatchObject({ kind: 'shell-failed', started: true });
  expect(JSON.stringify(outcome)).not.toContain('canary');
  expect(metrics.recycles).toEqual(['protocol']);
  expect(await behave(shell, 'echo', 2)).toMatchObject({ kind: 'result' });
});
