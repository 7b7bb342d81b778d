import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WINDOWS_MODULE, type ShellSettings } from '../../activities/powershell/settings.ts';
import type { CallOutcome } from '../../activities/powershell/shell.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { temporaryFile, temporaryFolder, temporaryProgram } from '../temporary.ts';
import { startGreeter } from './greeter.ts';
import { processesOf } from './processes.ts';
import { answering, because, LOCAL, noRealShell } from './shells.ts';
import { openTextShell, type TextShell, WELL } from './text-shell.ts';

/** How a session starts and ends by itself: on programs that are no PowerShell where it is about those. */

const SAYS_7_9 = answering(`'7.9.0'`);

function open(settings: Partial<ShellSettings> = {}, connection: HostConnection = LOCAL): TextShell {
  const opened = openTextShell(connection, settings);
  onTestFinished(() => opened.shell.close(0));
  return opened;
}

const refused = { kind: 'refused', type: 'ShellFailure' };
const wordsOf = (outcome: CallOutcome<unknown>): string => ('message' in outcome ? outcome.message : outcome.kind);

describe('a program that cannot be used costs the call that needed it, and is named', () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ['is not there', async () => join(await temporaryFolder(), 'missing'), /missing cannot be used: .*ENOENT/],
    ['may not be run', () => temporaryFile('#!/bin/sh\nexec cat\n', 0o600), /EACCES/],
    ['echoes every line', () => temporaryProgram('process.stdin.pipe(process.stdout);'), /not ready in its time/],
    ['ends at once', () => temporaryProgram('process.exit(0);'), /ended with code 0/],
    ['is too old', () => temporaryProgram(answering(`'7.4.6'`)), /PowerShell 7\.4\.6; install 7\.5 or later/],
    ['complains', () => temporaryProgram(`console.error('no'); ${SAYS_7_9}`), /on its error stream it said: no/],
  ])('one that %s', async (_what, program, says) => {
    const { run, pids } = open({ executable: await program(), limits: { startMs: 1_000 } });
    const outcome = await run(WELL);
    expect(outcome).toMatchObject(refused);
    expect(wordsOf(outcome)).toMatch(says);
    expect(pids).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('an environment that the system refuses', async () => {
    const executable = await temporaryProgram(SAYS_7_9);
    const { shell } = open({ executable, environment: { LC_HUGE: 'x'.repeat(4 * 1024 * 1024) } });
    await expect(shell.version()).rejects.toThrow(/E2BIG/);
  });
});

test('a process gets the environment that it needs, without a terminal, and no variable replaces the executable', async () => {
  vi.stubEnv('NODE_POWERSHELL', '/nonexistent');
  onTestFinished(() => void vi.unstubAllEnvs());
  const version = `['7.9.0', ...['TERM', 'NO_COLOR', 'SECRET', 'LC_GIVEN'].map((name) => process.env[name])].join(' ')`;
  const environment = { TERM: 'xterm', NO_COLOR: '', SECRET: 'canary', LC_GIVEN: 'given' };
  const { shell } = open({ executable: await temporaryProgram(answering(version)), environment });
  expect(await shell.version()).toBe('7.9.0 dumb 1  given');
});

test('a shell that is closed does not wait for a session that is still starting', async () => {
  const started = await temporaryFile('');
  const source = `require('node:fs').writeFileSync(${JSON.stringify(started)}, String(process.pid)); process.stdin.resume();`;
  const { shell, run } = open({ executable: await temporaryProgram(source), limits: { startMs: 600_000 } });
  const call = run(WELL);
  await expect.poll(() => readFile(started, 'utf8')).not.toBe('');
  await shell.close(0);
  expect(await call).toMatchObject({ started: false });
  expect(processesOf([Number(await readFile(started, 'utf8'))])).toEqual([]);
});

test('opening a connection may take 15 s, and no longer than half of what the call may take', async () => {
  const lines = await temporaryFile('');
  const keep = `require('node:fs').appendFileSync(${JSON.stringify(lines)}, line + '\\n'); process.exit(0);`;
  const { connection, close } = await startGreeter();
  onTestFinished(close);
  const settings = { executable: await temporaryProgram(answering(`'7.6.0'`, keep)), hostModule: WINDOWS_MODULE };
  const { script, shell } = open(settings, connection);
  const contract = await script(WELL);
  for (const options of [{}, { limitMs: 10_000 }])
    expect(await shell.call(contract, connection, {}, options)).toMatchObject(refused);
  const requests = (await readFile(lines, 'utf8')).trim().split('\n');
  const waits = requests.map((line) => {
    const request: unknown = JSON.parse(Buffer.from(line, 'base64').toString('utf8'));
    return (request as { target: { connectTimeoutMs: number } }).target.connectTimeoutMs;
  });
  expect(waits).toEqual([15_000, 5_000]);
});

describe('a session that is no longer needed', () => {
  const missing = process.platform === 'win32' ? 'on Windows they are not files' : noRealShell;

  test.skipIf(missing !== null).each([
    ['it was idle', { idleMs: 300 }],
    ['it has had its calls', { callsPerSession: 1 }],
    ['the shell is closed', {}],
  ])(`leaves nothing of PowerShell in the temporary folder when %s${because(missing)}`, async (_, limits) => {
    const folder = await temporaryFolder();
    const { shell, pids } = open({ environment: { ...process.env, TMPDIR: folder }, limits });
    await shell.version();
    // Its pipes and sockets, for as long as it runs.
    expect(await readdir(folder)).not.toEqual([]);
    if (Object.keys(limits).length === 0) await shell.close();
    await expect.poll(() => processesOf(pids), { timeout: 10_000 }).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test.runIf(process.platform === 'linux')(
    'is killed when it does not end by itself, with what it started in a group of its own',
    async () => {
      const stays = `${SAYS_7_9} setInterval(() => undefined, 1_000);
const child = require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
require('node:fs').writeFileSync(__filename + '.pid', String(child.pid));
child.unref();`;
      const executable = await temporaryProgram(stays);
      const { shell, pids } = open({ executable });
      await shell.version();
      const child = Number(await readFile(`${executable}.pid`, 'utf8'));
      expect(processesOf([child, ...pids])).toHaveLength(2);
      await shell.close();
      await expect.poll(() => processesOf([child, ...pids])).toEqual([]);
    },
  );
});
