import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ShellSettings } from '../../activities/powershell/settings.ts';
import type { CallOptions, Shell } from '../../activities/powershell/shell.ts';
import { generateInventory, startPlant } from '../../lab/plant/index.ts';
import { shellBehaviour, simulatedShell } from '../../lab/shell/index.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { temporaryFile, temporaryFolder, temporaryProgram } from '../temporary.ts';
import { startGreeter, type Greeter } from './greeter.ts';
import { measured, type Measured } from './measured.ts';
import { processesOf, sessionLog } from './processes.ts';
import { LOCAL, testShell } from './shells.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function open(settings: Partial<ShellSettings> = {}): { shell: Shell; metrics: Measured; pids: number[] } {
  const metrics = measured();
  const { log, pids } = sessionLog();
  const shell = testShell({ metrics, log, ...settings });
  ends.push(() => shell.close({ graceMs: 0 }));
  return { shell, metrics, pids };
}

async function sshTarget(greeting?: string): Promise<Greeter> {
  const greeter = await startGreeter(greeting);
  ends.push(() => greeter.close());
  return greeter;
}

const wait = (shell: Shell, milliseconds: number, options?: CallOptions) =>
  shell.call(shellBehaviour, LOCAL, { Behaviour: 'wait', Value: milliseconds }, options);
const echo = (shell: Shell, Value: unknown, connection: HostConnection = LOCAL, options?: CallOptions) =>
  shell.call(shellBehaviour, connection, { Behaviour: 'echo', Value }, options);

async function sshFiles(knownHosts: string): Promise<{ keyFile: string; knownHosts: string }> {
  const key = await temporaryFile('-----BEGIN OPENSSH PRIVATE KEY-----\n');
  return { keyFile: `file:${key}`, knownHosts: await temporaryFile(knownHosts) };
}

describe('a pool', () => {
  test('starts no more sessions than calls need at once', async () => {
    const { shell, pids } = open({ sessions: 4 });
    for (const value of [1, 2, 3]) expect(await echo(shell, value)).toMatchObject({ kind: 'result' });
    expect(pids).toHaveLength(1);
    await Promise.all([wait(shell, 300), wait(shell, 300)]);
    expect(pids).toHaveLength(2);
  });

  test('gives a call that waited for its session all of its time', async () => {
    const { shell } = open();
    await shell.version();
    const calls = [wait(shell, 800), wait(shell, 800, { limitMs: 1_500 })];
    expect((await Promise.all(calls)).map(({ kind }) => kind)).toEqual(['result', 'result']);
  });

  test('measures every call by its outcome, with the wait apart', async () => {
    const { shell, metrics } = open();
    await Promise.all([wait(shell, 200), echo(shell, 1), echo(shell, 'x'.repeat(1024 * 1024))]);
    const outcomes = metrics.calls.map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['contract-violation', 'result', 'result']);
    const [, second] = metrics.calls.filter(({ outcome }) => outcome === 'result');
    expect(second?.waitedMs).toBeGreaterThanOrEqual(200);
    expect(second?.totalMs).toBeGreaterThanOrEqual(second?.waitedMs ?? Infinity);
    expect(metrics.sessionCounts).toEqual([1]);
  });

  test('replaces a session after its number of calls, between two calls', async () => {
    const { shell, metrics, pids } = open({ limits: { callsPerSession: 3 } });
    for (const value of [1, 2, 3, 4]) expect(await echo(shell, value)).toMatchObject({ kind: 'result' });
    expect(pids).toHaveLength(2);
    expect(metrics.recycles).toEqual(['calls']);
    expect(processesOf(pids.slice(0, 1))).toEqual([]);
  });
});

describe('when it is closed', () => {
  test('running calls end, waiting ones are refused, and no process is left', async () => {
    const { shell, metrics, pids } = open();
    await shell.version();
    const calls = [wait(shell, 300), echo(shell, 1)];
    await expect.poll(() => metrics.queueLengths).toContain(1);
    await shell.close({ graceMs: 20_000 });
    const [running, waiting] = await Promise.all(calls);
    expect(running).toMatchObject({ kind: 'result', result: { value: 300 } });
    expect(waiting).toMatchObject({ kind: 'shell-failed', started: false });
    expect(waiting).toHaveProperty('message', expect.stringMatching(/shutting down/));
    expect(await echo(shell, 2)).toMatchObject({ kind: 'shell-failed', started: false });
    expect(processesOf(pids)).toEqual([]);
    expect(metrics.sessionCounts.at(-1)).toBe(0);
  });

  test('a call that outlasts the grace time is ended', async () => {
    const { shell, metrics, pids } = open();
    await shell.version();
    const [call] = [wait(shell, 600_000, { limitMs: 600_000 }), echo(shell, 1)];
    await expect.poll(() => metrics.queueLengths).toContain(1);
    await shell.close({ graceMs: 50 });
    expect(await call).toMatchObject({ kind: 'shell-failed', started: true });
    expect(processesOf(pids)).toEqual([]);
  });
});

describe('a remote target', () => {
  test('keeps to the shell that holds its session', async () => {
    const { connection, opened } = await sshTarget();
    const { shell, pids } = open({ sessions: 2, hostModule: 'windows' });
    expect(await echo(shell, 0, connection)).toMatchObject({ kind: 'result' });
    for (const value of [1, 2, 3]) {
      const [far, near] = await Promise.all([echo(shell, value, connection), wait(shell, 100)]);
      expect([far.kind, near.kind]).toEqual(['result', 'result']);
    }
    expect(pids).toHaveLength(2);
    await expect.poll(opened).toBe(2);
  });

  test('is connected anew from another shell when its own has died', async () => {
    const { connection, opened } = await sshTarget();
    const { shell, metrics } = open({ sessions: 2, hostModule: 'windows' });
    expect(await echo(shell, 0, connection)).toMatchObject({ kind: 'result' });
    const hang = { Behaviour: 'hang', Value: 1 } as const;
    const lost = await shell.call(shellBehaviour, connection, hang, { limitMs: 100 });
    expect(lost).toMatchObject({ kind: 'timeout' });
    expect(metrics.recycles).toEqual(['timeout']);
    expect(await echo(shell, 1, connection)).toMatchObject({ kind: 'result' });
    // The server may hear of the connection a moment after the shell has answered over it.
    await expect.poll(opened).toBe(4);
  });

  test('is looked at again when the connection to it was lost in mid-call', async () => {
    const { connection, opened } = await sshTarget();
    const { shell, pids } = open({ hostModule: 'windows' });
    expect(await echo(shell, 0, connection)).toMatchObject({ kind: 'result' });
    const die = { Behaviour: 'die', Value: 1 } as const;
    expect(await shell.call(shellBehaviour, connection, die)).toMatchObject({ kind: 'lost' });
    expect(await echo(shell, 1, connection)).toMatchObject({ kind: 'result' });
    await expect.poll(opened).toBe(4);
    expect(pids).toHaveLength(1);
  });
});

test('a target that could not be reached is not waited for: any shell may try again', async () => {
  const { connection } = await sshTarget();
  // It answers, so that a shell tries, and its host key is not known.
  const nowhere: HostConnection = { ...connection, ...(await sshFiles('app01.corp.example ssh-ed25519 AAAA\n')) };
  const { shell, pids } = open({ sessions: 2, hostModule: 'windows' });
  expect(await echo(shell, 1, nowhere)).toMatchObject({ kind: 'connect-failed' });
  const stop = new AbortController();
  const hang = { Behaviour: 'hang', Value: 1 } as const;
  const hanging = shell.call(shellBehaviour, LOCAL, hang, { signal: stop.signal });
  expect(await echo(shell, 2, nowhere)).toMatchObject({ kind: 'connect-failed' });
  expect(pids).toHaveLength(2);
  stop.abort();
  expect((await hanging).kind).toBe('cancelled');
});

describe('a host that takes connections and stays silent', () => {
  test('holds no session: other calls run meanwhile, and the one to it can be cancelled', async () => {
    const { connection, opened, open: connected } = await sshTarget('');
    const { shell, metrics, pids } = open({ hostModule: 'windows' });
    const stop = new AbortController();
    const pending = echo(shell, 0, connection, { signal: stop.signal });
    await expect.poll(opened).toBe(1);
    expect(pids).toEqual([]);
    expect(await echo(shell, 1)).toMatchObject({ kind: 'result' });
    expect(metrics.calls).toHaveLength(1);
    stop.abort();
    expect(await pending).toMatchObject({ kind: 'cancelled', started: false });
    await expect.poll(connected).toBe(0);
    expect(opened()).toBe(1);
    expect(pids).toHaveLength(1);
    expect(metrics.queueLengths).toEqual([]);
  });

  test('holds no session either when it was connected to a while ago, as a host is that reboots', async () => {
    const { connection, opened, fallSilent } = await sshTarget();
    const { shell } = open({ hostModule: 'windows', limits: { askAfterMs: 0 } });
    expect(await echo(shell, 0, connection)).toMatchObject({ kind: 'result' });
    await expect.poll(opened).toBe(2);
    fallSilent();
    const stop = new AbortController();
    const pending = echo(shell, 1, connection, { signal: stop.signal });
    await expect.poll(opened).toBe(3);
    expect(await echo(shell, 2)).toMatchObject({ kind: 'result' });
    stop.abort();
    expect(await pending).toMatchObject({ kind: 'cancelled', started: false });
  });

  test('is not looked at any longer when the shell is closed', async () => {
    const { connection, opened, open: connected } = await sshTarget('');
    const { shell, pids } = open({ hostModule: 'windows' });
    const pending = echo(shell, 0, connection);
    await expect.poll(opened).toBe(1);
    await shell.close();
    const outcome = await pending;
    expect(outcome).toMatchObject({ kind: 'shell-failed', started: false });
    expect(outcome).toHaveProperty('message', expect.stringMatching(/shutting down/));
    expect(await echo(shell, 1, connection)).toMatchObject({ kind: 'shell-failed', started: false });
    await expect.poll(connected).toBe(0);
    expect(opened()).toBe(1);
    expect(pids).toEqual([]);
  });
});

test('a host that refuses the connection costs no process, and the operator is told which port of which host', async () => {
  const { shell, pids } = open({ hostModule: 'windows' });
  const files = await sshFiles('app01.corp.example ssh-ed25519 AAAA\n');
  // Nobody listens there.
  const nowhere: HostConnection = { transport: 'ssh', address: '127.0.0.1', port: 1, user: 'patcher', ...files };
  const outcome = await echo(shell, 1, nowhere);
  expect(outcome).toMatchObject({ kind: 'connect-failed' });
  expect(outcome).toHaveProperty('message', expect.stringMatching(/127\.0\.0\.1, port 1: it was refused/));
  expect(pids).toEqual([]);
});

describe('a session that cannot be started costs only the call that needed it', () => {
  /** A program whose file can be taken away and brought back. */
  async function program(): Promise<{ path: string; spoil: (file: string | null) => Promise<void> }> {
    const place = await temporaryFolder();
    const path = join(place, 'pwsh');
    await symlink(simulatedShell(), path);
    const spoil = async (other: string | null): Promise<void> => {
      const next = join(place, 'next');
      await symlink(other ?? simulatedShell(), next);
      await rename(next, path);
    };
    return { path, spoil };
  }

  test.each([
    ['is not there', async () => '/nonexistent/pwsh', /ENOENT/],
    ['may not be run', () => temporaryFile('#!/bin/sh\nexec cat\n', 0o600), /EACCES/],
  ])('a program that %s', async (_case, spoiled, message) => {
    const { path, spoil } = await program();
    const { shell } = open({ sessions: 2, executable: path });
    await shell.version();
    await spoil(await spoiled());
    const [running, needing] = await Promise.all([wait(shell, 300), echo(shell, 1)]);
    expect(running).toMatchObject({ kind: 'result' });
    expect(needing).toMatchObject({ kind: 'shell-failed', started: false });
    expect(needing).toHaveProperty('message', expect.stringMatching(message));
    await spoil(null);
    const outcomes = await Promise.all([wait(shell, 300), echo(shell, 2)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['result', 'result']);
  });

  test('a PowerShell that is too old', async () => {
    const plant = await startPlant({ inventory: generateInventory(4, 7), seed: 7, scale: 10_000 });
    ends.push(() => plant.close());
    const { shell } = open({ sessions: 2, environment: { ...process.env, FETTLE_PLANT_URL: plant.url } });
    await shell.version();
    plant.plant.order({ host: '*', fault: 'shell', behaviour: 'old-version', times: 1 });
    const [running, needing] = await Promise.all([wait(shell, 300), echo(shell, 1)]);
    expect(running).toMatchObject({ kind: 'result' });
    expect(needing).toMatchObject({ kind: 'shell-failed', started: false });
    expect(needing).toHaveProperty('message', expect.stringMatching(/PowerShell 7\.4\.6\S*; install 7\.5 or later/));
    expect(await echo(shell, 2)).toMatchObject({ kind: 'result' });
  });

  test.skipIf(process.platform === 'win32')('an environment that the system refuses', async () => {
    const { shell } = open({ environment: { PATH: process.env['PATH'], LC_HUGE: 'x'.repeat(4 * 1024 * 1024) } });
    expect(await echo(shell, 1)).toMatchObject({ kind: 'shell-failed', started: false });
    await expect(shell.version()).rejects.toThrow(/could not be started: .*E2BIG/);
  });
});

test.runIf(process.platform === 'linux')('a child that left the group of its shell is ended with it', async () => {
  const escape = `require('node:child_process').spawn('sleep', ['${600 + Math.random()}'], { detached: true, stdio: 'ignore' })`;
  const mute = `process.stderr.write(String(${escape}.pid));\nsetInterval(() => {}, 1000);\n`;
  const { shell } = open({ executable: await temporaryProgram(mute), limits: { startMs: 1_500 } });
  const outcome = await echo(shell, 1);
  const [, child = ''] = /It said: (\d+)/.exec('message' in outcome ? outcome.message : '') ?? [];
  expect(child).not.toBe('');
  await expect.poll(() => processesOf([Number(child)])).toEqual([]);
});
