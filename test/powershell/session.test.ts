import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ShellLog, ShellSettings } from '../../activities/powershell/settings.ts';
import type { Shell } from '../../activities/powershell/shell.ts';
import { pathProblem } from '../../activities/powershell/start-session.ts';
import { shellBehaviour } from '../../lab/shell/index.ts';
import { temporaryFolder, temporaryProgram } from '../temporary.ts';
import { processesOf } from './processes.ts';
import { answering, because, LOCAL, NO_LOG, noRealShell, realShell, SHELLS, testShell } from './shells.ts';

type Entry = { message: string; fields: Record<string, unknown> };

let shells: Shell[] = [];
afterEach(async () => {
  await Promise.all(shells.map((shell) => shell.close({ graceMs: 0 })));
  shells = [];
});

function openShell(settings: Partial<ShellSettings> = {}): { shell: Shell; entries: Entry[]; pids: () => number[] } {
  const entries: Entry[] = [];
  const note = (message: string, fields: Record<string, unknown> = {}): void => void entries.push({ message, fields });
  const log: ShellLog = { ...NO_LOG, info: note, warn: note };
  const shell = testShell({ log, ...settings });
  shells.push(shell);
  const pids = (): number[] =>
    entries.filter(({ message }) => /started/.test(message)).map(({ fields }) => Number(fields['pid']));
  return { shell, entries, pids };
}

const echo = (shell: Shell, Value: unknown, options = {}) =>
  shell.call(shellBehaviour, LOCAL, { Behaviour: 'echo', Value }, options);
const hang = (shell: Shell, options: { limitMs?: number; signal?: AbortSignal }) =>
  shell.call(shellBehaviour, LOCAL, { Behaviour: 'hang', Value: 1 }, options);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(SHELLS)('of $name', ({ missing, executable, simulated }) => {
  const open = (settings: Partial<ShellSettings> = {}) =>
    openShell({ executable, simulatedShell: simulated, ...settings });

  describe.skipIf(missing !== null)('a warm session', () => {
    test('is started by the first call and serves the next ones', async () => {
      const { shell, pids } = open();
      expect(pids()).toEqual([]);
      for (const value of [1, 2, 3])
        expect(await echo(shell, value)).toMatchObject({ kind: 'result', result: { value } });
      expect(pids()).toHaveLength(1);
    });

    test('answers calls in the order in which they came, each its own', async () => {
      const { shell } = open();
      const order: unknown[] = [];
      await Promise.all(
        [1, 2, 3, 4, 5].map(async (value) => {
          const outcome = await echo(shell, value);
          order.push(outcome.kind === 'result' ? outcome.result.value : outcome);
        }),
      );
      expect(order).toEqual([1, 2, 3, 4, 5]);
    });

    test('lets a second session work while the first one hangs, where two are allowed', async () => {
      const { shell } = open({ sessions: 2 });
      await shell.version();
      const stop = new AbortController();
      const hanging = hang(shell, { signal: stop.signal });
      expect(await echo(shell, 'free')).toMatchObject({ kind: 'result' });
      stop.abort();
      expect(await hanging).toMatchObject({ kind: 'cancelled', started: true });
    });

    test('is replaced after as many calls as it may take, without losing one', async () => {
      const { shell, pids } = open({ limits: { callsPerSession: 100 } });
      const outcomes = await Promise.all(Array.from({ length: 110 }, (_, value) => echo(shell, value)));
      expect(outcomes.every(({ kind }) => kind === 'result')).toBe(true);
      expect(pids()).toHaveLength(2);
    });
  });

  describe.skipIf(missing !== null)('a call that has to be ended', () => {
    test('takes the whole process tree with it at its time limit', async () => {
      const { shell, pids } = open();
      await shell.version();
      const [pid = 0] = pids();
      const stop = new AbortController();
      const call = shell.call(shellBehaviour, LOCAL, { Behaviour: 'child', Value: 1 }, { signal: stop.signal });
      await expect.poll(() => processesOf([pid]).some((line) => line.includes('sleep 600'))).toBe(true);
      stop.abort();
      expect(await call).toMatchObject({ kind: 'cancelled', started: true });
      await expect.poll(() => processesOf([pid])).toEqual([]);
    });

    test('is never sent when its caller gave up while it waited', async () => {
      const { shell, pids } = open();
      const first = new AbortController();
      const second = new AbortController();
      const hanging = hang(shell, { signal: first.signal });
      const waiting = echo(shell, 1, { signal: second.signal });
      second.abort();
      expect(await waiting).toMatchObject({ kind: 'cancelled', started: false });
      first.abort();
      await hanging;
      expect(await echo(shell, 2)).toMatchObject({ kind: 'result', result: { value: 2 } });
      expect(pids().length).toBeLessThanOrEqual(2);
    });

    test('counts the smaller of its own limit and the contract limit', async () => {
      const { shell } = open();
      const impatient = { ...shellBehaviour, timeLimitMs: 150 };
      const outcome = await shell.call(impatient, LOCAL, { Behaviour: 'hang', Value: 1 }, { limitMs: 600_000 });
      expect(outcome).toMatchObject({ kind: 'timeout' });
    });

    test('ends with the shell, and so do those that wait', async () => {
      const { shell, pids } = open();
      await shell.version();
      const [pid = 0] = pids();
      const calls = [shell.call(shellBehaviour, LOCAL, { Behaviour: 'child', Value: 1 }), echo(shell, 1)];
      await expect.poll(() => processesOf([pid]).some((line) => line.includes('sleep 600'))).toBe(true);
      await shell.close({ graceMs: 0 });
      expect(await Promise.all(calls)).toMatchObject([
        { kind: 'shell-failed', started: true },
        { kind: 'shell-failed', started: false },
      ]);
      await expect.poll(() => processesOf([pid])).toEqual([]);
      expect(await echo(shell, 2)).toMatchObject({ kind: 'shell-failed', started: false });
    });
  });

  describe.skipIf(missing !== null)('a process that is killed from outside', () => {
    test('between two calls costs nothing', async () => {
      const { shell, pids } = open();
      await echo(shell, 1);
      const [pid = 0] = pids();
      process.kill(pid, 'SIGKILL');
      // Only a process whose end this one has noticed is not there for signals any more.
      await expect.poll(() => isThere(pid)).toBe(false);
      expect(await echo(shell, 2)).toMatchObject({ kind: 'result' });
      expect(pids()).toHaveLength(2);
    });

    test('in mid-call costs that call', async () => {
      const { shell, pids } = open();
      await shell.version();
      const [pid = 0] = pids();
      const call = shell.call(shellBehaviour, LOCAL, { Behaviour: 'child', Value: 1 });
      await expect.poll(() => processesOf([pid]).some((line) => line.includes('sleep 600'))).toBe(true);
      process.kill(pid, 'SIGKILL');
      expect(await call).toMatchObject({ kind: 'shell-failed', started: true });
      await expect.poll(() => processesOf([pid])).toEqual([]);
      expect(await echo(shell, 2)).toMatchObject({ kind: 'result' });
    });
  });
});

describe('a shell', () => {
  test('says what is simulated', () => {
    expect(openShell().shell.simulated).toEqual(['powershell', 'plant']);
    expect(openShell({ simulatedShell: false, hostModule: 'windows' }).shell.simulated).toEqual([]);
  });

  test('is not begun where Windows would hand PowerShell another path than ours', () => {
    const [plain, beyond] = ['C:\\Fettle\\dispatcher.ps1', 'C:\\Wärter\\dispatcher.ps1'];
    expect(pathProblem(plain, 'win32')).toBeNull();
    expect(pathProblem(beyond, 'linux')).toBeNull();
    expect(pathProblem(beyond, 'win32')).toMatch(
      /Wärter.*beyond ASCII.*move the checkout to a path such as C:\\Fettle/,
    );
  });

  test('does not take a simulated shell for a real one', async () => {
    const { shell } = openShell({ simulatedShell: false });
    expect(await echo(shell, 1)).toMatchObject({ kind: 'shell-failed', started: false });
  });
});

describe('nothing is sent', () => {
  test('when the parameters do not fit the contract', async () => {
    const { shell, pids } = openShell();
    const parameters = { Behaviour: 'unheard of' as 'echo', Value: 1 };
    const outcome = await shell.call(shellBehaviour, LOCAL, parameters);
    expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'parameters' });
    expect(pids()).toEqual([]);
  });

  test('when the request is larger than 1 MiB', async () => {
    const { shell, pids } = openShell();
    const outcome = await echo(shell, 'x'.repeat(1024 * 1024));
    expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'parameters' });
    expect(outcome).toHaveProperty('message', expect.stringContaining('RequestTooLarge'));
    expect(pids()).toEqual([]);
  });
});

describe('an executable that is not PowerShell', () => {
  test('is named when it cannot be started', async () => {
    const { shell } = openShell({ executable: join(await temporaryFolder(), 'missing'), simulatedShell: false });
    expect(await echo(shell, 1)).toMatchObject({ kind: 'shell-failed', started: false });
    await expect(shell.version()).rejects.toThrow(/missing could not be started: .*ENOENT/);
  });

  test.each([
    [
      'echoes every line',
      'process.stdin.pipe(process.stdout); process.stdin.on("data", (d) => process.stderr.write(d));',
    ],
    ['ends at once', 'process.exit(0);'],
  ])('is refused when it %s', async (_, source) => {
    const { shell } = openShell({
      executable: await temporaryProgram(source),
      simulatedShell: false,
      limits: { startMs: 1_000 },
    });
    expect(await echo(shell, 1)).toMatchObject({ kind: 'shell-failed', started: false });
  });

  test('is refused when it is too old', async () => {
    const { shell } = openShell({ executable: await temporaryProgram(answering(`'7.4.6'`)), simulatedShell: false });
    await expect(shell.version()).rejects.toThrow(/PowerShell 7\.4\.6; install 7\.5 or later/);
  });

  test('gets the environment that was given, without a terminal and the library variable', async () => {
    const { TERM, NO_COLOR, NODE_POWERSHELL } = { TERM: 'xterm', NO_COLOR: '', NODE_POWERSHELL: '/nonexistent' };
    const version = `['7.9.0', ...['TERM', 'NO_COLOR', 'NODE_POWERSHELL', 'LC_GIVEN'].map((name) => process.env[name])].join(' ')`;
    const { shell } = openShell({
      executable: await temporaryProgram(answering(version)),
      simulatedShell: false,
      environment: { TERM, NO_COLOR, NODE_POWERSHELL, LC_GIVEN: 'given' },
    });
    expect(await shell.version()).toBe('7.9.0 dumb 1  given');
  });
});

describe('a session that is no longer needed', () => {
  const missing = process.platform === 'win32' ? 'on Windows they are not files' : noRealShell;

  describe.skipIf(missing !== null)(
    `leaves nothing of real PowerShell in the temporary folder${because(missing)}`,
    () => {
      test.each([
        ['when it was idle', { idleMs: 300 }],
        ['when it has had its calls', { callsPerSession: 1 }],
        ['when it took too much memory', { memoryBytes: 1 }],
        ['when the shell is closed', {}],
      ])('%s', async (_, limits) => {
        const folder = await temporaryFolder();
        const environment = { ...process.env, TMPDIR: folder };
        const executable = realShell() ?? 'pwsh';
        const { shell, pids } = openShell({ executable, simulatedShell: false, environment, limits });
        await shell.version();
        // Its pipes and sockets, for as long as it runs.
        expect(await readdir(folder)).not.toEqual([]);
        // Only an answer tells how much memory is in use.
        if ('memoryBytes' in limits) await echo(shell, 1);
        if (Object.keys(limits).length === 0) await shell.close();
        await expect.poll(() => processesOf(pids()), { timeout: 10_000 }).toEqual([]);
        expect(await readdir(folder)).toEqual([]);
      });
    },
  );

  test('is killed when it does not end by itself', async () => {
    const stays = `${answering(`'7.9.0'`)} setInterval(() => undefined, 1_000);`;
    const { shell, pids } = openShell({ executable: await temporaryProgram(stays), simulatedShell: false });
    await shell.version();
    expect(processesOf(pids())).toHaveLength(1);
    await shell.close();
    expect(processesOf(pids())).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('takes with it what it started in a group of its own', async () => {
    const starts = `${answering(`'7.9.0'`)}
const child = require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
require('node:fs').writeFileSync(__filename + '.pid', String(child.pid));
child.unref();`;
    const executable = await temporaryProgram(starts);
    const { shell } = openShell({ executable, simulatedShell: false });
    await shell.version();
    const child = Number(await readFile(`${executable}.pid`, 'utf8'));
    expect(processesOf([child])).toHaveLength(1);
    await shell.close();
    await expect.poll(() => processesOf([child])).toEqual([]);
  });
});

test('the library variable of our own environment does not replace the executable', async () => {
  vi.stubEnv('NODE_POWERSHELL', '/nonexistent');
  const { shell } = openShell();
  expect(await shell.version()).toMatch(/-simulated$/);
  vi.unstubAllEnvs();
});
