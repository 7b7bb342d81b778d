import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ShellSettings } from '../../activities/powershell/settings.ts';
import { freePorts } from '../../lab/temporal/ports.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { temporaryFile, temporaryFolder } from '../temporary.ts';
import { startGreeter, type Greeter } from './greeter.ts';
import { HOSTILE, LARGE } from './hostile-strings.ts';
import { because, LOCAL, noRealShell, realShell } from './shells.ts';
import { noSshServer, startSshServer, type SshServer } from './ssh-server.ts';
import { ECHO, openTextShell, type TextShell, WELL, well } from './text-shell.ts';

/** What PowerShell makes of targets over SSH. */

function open(connection: HostConnection, settings: Partial<ShellSettings> = {}): TextShell {
  const opened = openTextShell(connection, settings);
  onTestFinished(() => opened.shell.close());
  return opened;
}

async function greeter(greeting?: string): Promise<Greeter> {
  const started = await startGreeter(greeting);
  onTestFinished(() => started.close());
  return started;
}

describe('a host that takes connections and stays silent', () => {
  test('holds no session: the call to it waits beside the sessions, and can be cancelled', async () => {
    const { connection, opened, open: connected } = await greeter('');
    const { run, pids, queueLengths } = open(connection);
    const stop = new AbortController();
    const pending = run(WELL, {}, { signal: stop.signal });
    await expect.poll(opened).toBe(1);
    stop.abort();
    expect(await pending).toMatchObject({ kind: 'cancelled', started: false });
    await expect.poll(connected).toBe(0);
    expect({ pids, queueLengths, opened: opened() }).toEqual({ pids: [], queueLengths: [], opened: 1 });
  });

  test('is not looked at any longer when the shell is closed', async () => {
    const { connection, opened, open: connected } = await greeter('');
    const { run, shell, pids } = open(connection);
    const pending = run(WELL);
    await expect.poll(opened).toBe(1);
    await shell.close();
    expect(await pending).toMatchObject({ kind: 'refused', type: 'ShellFailure' });
    await expect.poll(connected).toBe(0);
    expect(pids).toEqual([]);
  });
});

test('a host that refuses the connection costs no process, and the operator is told which port of which host', async () => {
  const { connection } = await greeter();
  const [port = 0] = await freePorts(1);
  const { run, pids } = open({ ...connection, port });
  const outcome = await run(WELL);
  expect(outcome).toMatchObject({ kind: 'refused', type: 'HostUnreachable' });
  expect(outcome).toHaveProperty('message', expect.stringContaining(`127.0.0.1, port ${port}: it was refused`));
  expect(pids).toEqual([]);
});

describe.skipIf(noRealShell !== null)(`a host that greets and does no more${because(noRealShell)}`, () => {
  test('has not started what is cancelled', async () => {
    const { connection, opened } = await greeter();
    const { run } = open(connection);
    const stop = new AbortController();
    const call = run(WELL, {}, { signal: stop.signal });
    // The first looks whether it answers, the second is PowerShell's.
    await expect.poll(opened, { timeout: 10_000 }).toBe(2);
    stop.abort();
    expect(await call).toMatchObject({ kind: 'cancelled', started: false });
  });

  test('tells the end of its time as a host that was not reached, not as a script that may have run', async () => {
    const { connection } = await greeter();
    const { run } = open(connection);
    const outcome = await run(WELL, {}, { limitMs: 2_000 });
    expect(outcome).toMatchObject({ kind: 'refused', type: 'HostUnreachable' });
  });
});

const noSsh = noRealShell ?? noSshServer;
const PID = '@{ pid = $PID }';

describe.skipIf(noSsh !== null)(`a target over SSH${because(noSsh)}`, () => {
  /** One server, and a shell that asks its session first before each call where `asking` is named. */
  let server: SshServer;
  let target: TextShell;
  let asking: TextShell;
  beforeAll(async () => {
    server = await startSshServer(realShell() ?? '');
    target = openTextShell(server.connection, { sessions: 2 });
    asking = openTextShell(server.connection, { limits: { askAfterMs: 0 } });
  });
  afterAll(async () => {
    await target.shell.close();
    await asking.shell.close();
    await server.close();
  });

  const pidIn = async ({ run }: TextShell, text = PID): Promise<number> => {
    const outcome = await run(text);
    return outcome.kind === 'result' ? (outcome.result as { pid: number }).pid : NaN;
  };

  test('has one session, however many calls come at once, and a long call on the worker leaves it free', async () => {
    const { script, shell } = target;
    const pids = await Promise.all(Array.from({ length: 10 }, () => pidIn(target)));
    expect(new Set(pids).size).toBe(1);
    const stop = new AbortController();
    const long = shell.call(await script('Start-Sleep -Seconds 600'), LOCAL, {}, { signal: stop.signal });
    expect(await pidIn(target)).toBe(pids[0]);
    stop.abort();
    expect((await long).kind).toBe('cancelled');
  });

  test('says that the account signed in where the host has no PowerShell', async () => {
    const other = await startSshServer('/nonexistent/pwsh');
    onTestFinished(() => other.close());
    const outcome = await target.shell.call(await target.script(WELL), other.connection, {});
    expect(outcome).toMatchObject({ kind: 'refused', type: 'HostUnreachable' });
    expect(outcome).toHaveProperty('message', expect.stringMatching(/signed in, but no PowerShell answered/));
  });

  const BAD_KEY = async () => ({ keyFile: `file:${await temporaryFile('no key at all\n')}` });
  const OTHER_HOSTS = async () => ({ knownHosts: await temporaryFile('other.corp.example ssh-ed25519 none\n') });

  test.each([
    ['a key that the host does not take', BAD_KEY, /Permission denied/],
    ['known hosts that do not know it', OTHER_HOSTS, /Host key verification failed/],
  ])('is not reached with %s, though a session is open, and ssh says why', async (_, change, says) => {
    const { run, script, shell } = target;
    expect(await run(WELL)).toMatchObject(well);
    const outcome = await shell.call(await script(WELL), { ...server.connection, ...(await change()) }, {});
    expect(outcome).toMatchObject({
      kind: 'refused',
      type: 'HostUnreachable',
      message: expect.stringMatching(says) as unknown,
    });
    expect(await run(WELL)).toMatchObject(well);
  });

  test.each([
    ['cancelled', 'cancelled'],
    ['timed-out', 'timeout'],
  ])('is used again after a call to it that ended as %s', async (kind, reason) => {
    const { run, recycles } = target;
    await run(WELL);
    const before = recycles.length;
    const begun = join(await temporaryFolder(), 'begun');
    const stop = new AbortController();
    const options = kind === 'timed-out' ? { limitMs: 1_500 } : { signal: stop.signal };
    const text = 'param($Path) [void] (New-Item -ItemType File -Path $Path); Start-Sleep -Seconds 600';
    const hanging = run(text, { Path: begun }, options);
    await expect.poll(() => existsSync(begun), { timeout: 10_000 }).toBe(true);
    stop.abort();
    expect((await hanging).kind).toBe(kind);
    expect(await run(WELL)).toMatchObject(well);
    expect(recycles.slice(before)).toEqual([reason]);
  });

  test('that hangs after a while without calls: nothing ran, and the next call connects anew', async () => {
    const pid = await pidIn(asking);
    process.kill(pid, 'SIGSTOP');
    const outcome = await asking.run(WELL, {}, { limitMs: 2_000 });
    process.kill(pid, 'SIGKILL');
    expect(outcome).toMatchObject({ kind: 'refused', type: 'HostUnreachable' });
    expect(outcome).toHaveProperty('message', expect.stringMatching(/gave no answer within 1 s.*Nothing ran/));
    expect(await pidIn(asking)).not.toBe(pid);
    expect(asking.recycles).toEqual([]);
  });

  test('that was started anew after a while without calls is connected to again, and the call runs', async () => {
    const pid = await pidIn(asking);
    process.kill(pid, 'SIGKILL');
    const next = await pidIn(asking);
    expect(next).toBeGreaterThan(0);
    expect(next).not.toBe(pid);
  });

  test('answers as ever while eight other hosts take connections and stay silent, as in a wave of reboots', async () => {
    const { run, script, shell } = target;
    const silent = await greeter('');
    const { port } = silent.connection;
    const patient = await script(WELL);
    const stop = new AbortController();
    let over = 0;
    const rebooting = Array.from({ length: 8 }, async (_, index) => {
      const host = { ...server.connection, port, user: `host${index}` };
      const outcome = await shell.call(patient, host, {}, { signal: stop.signal });
      over += 1;
      return outcome;
    });
    await expect.poll(silent.opened).toBe(8);
    for (let turn = 0; turn < 20; turn += 1) expect(await run(WELL)).toMatchObject(well);
    expect(over).toBe(0);
    stop.abort();
    for (const outcome of await Promise.all(rebooting))
      expect(outcome).toMatchObject({ kind: 'cancelled', started: false });
  });

  test('gets every hostile text as it is, and runs none', async () => {
    const folder = await temporaryFolder();
    const texts = HOSTILE.map((text) => text.replaceAll('$CANARY', join(folder, 'canary')));
    const named = Object.fromEntries(texts.map((text, index) => [`n${index}`, text]));
    for (const value of [texts, named, LARGE])
      expect(await target.run(ECHO, { Value: value })).toMatchObject({ kind: 'result', result: { value } });
    expect(await readdir(folder)).toEqual([]);
  });

  test('hears of no preference that a script before set there', async () => {
    const { run } = target;
    const sets =
      "$global:ErrorActionPreference = 'SilentlyContinue'; $global:WhatIfPreference = $true; @{ pid = $PID }";
    const pid = await pidIn(target, sets);
    const fails = "Get-Item -LiteralPath '/nonexistent/file'";
    expect(await run(fails)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('ObjectNotFound') as unknown,
    });
    const whatIf = await run('@{ pid = $PID; whatIf = $WhatIfPreference }');
    expect(whatIf).toMatchObject({ kind: 'result', result: { pid, whatIf: false } });
  });

  test('that dies in mid-call is lost, and what comes next opens another session from the same process', async () => {
    const { run, recycles } = target;
    const before = recycles.length;
    const dies = '[Diagnostics.Process]::GetCurrentProcess().Kill(); Start-Sleep -Seconds 60';
    expect(await run(dies)).toMatchObject({ kind: 'lost' });
    expect(await run(WELL)).toMatchObject(well);
    expect(recycles.slice(before)).toEqual([]);
  });
});
