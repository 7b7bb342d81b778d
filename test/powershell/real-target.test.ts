import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ShellSettings } from '../../activities/powershell/settings.ts';
import type { CallOutcome } from '../../activities/powershell/shell.ts';
import { shellBehaviour } from '../../lab/shell/index.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { temporaryFolder } from '../temporary.ts';
import { startGreeter, type Greeter } from './greeter.ts';
import { HOSTILE, LARGE } from './hostile-strings.ts';
import { because, LOCAL, NO_LOG, noRealShell, realShell } from './shells.ts';
import { noSshServer, startSshServer } from './ssh-server.ts';
import { openTextShell, type TextShell, WELL, well } from './text-shell.ts';

/** What a real PowerShell makes of targets over SSH. */

function open(connection: HostConnection, settings: Partial<ShellSettings> = {}): TextShell {
  const opened = openTextShell(connection, settings);
  onTestFinished(() => opened.shell.close());
  return opened;
}

describe.skipIf(noRealShell !== null)(`a host that greets and does no more${because(noRealShell)}`, () => {
  async function greeter(): Promise<Greeter> {
    const started = await startGreeter();
    onTestFinished(() => started.close());
    return started;
  }

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
    expect(outcome).toMatchObject({ kind: 'connect-failed' });
  });
});

const noSsh = noRealShell ?? noSshServer;

describe.skipIf(noSsh !== null)(`a target over SSH${because(noSsh)}`, () => {
  const PID = '@{ pid = $PID }';
  const pidOf = (outcome: CallOutcome<unknown>): number =>
    outcome.kind === 'result' ? (outcome.result as { pid: number }).pid : NaN;

  /** Texts run on the target; its session is asked first before each call unless told otherwise. */
  async function openTarget(limits: ShellSettings['limits'] = { askAfterMs: 0 }, more: Partial<ShellSettings> = {}) {
    const server = await startSshServer(realShell() ?? '');
    onTestFinished(() => server.close());
    const warnings: Record<string, unknown>[] = [];
    const log = { ...NO_LOG, warn: (_: string, fields = {}) => void warnings.push(fields) };
    const opened = open(server.connection, { limits, log, ...more });
    return { ...opened, server, warnings };
  }

  test('says that the account signed in where the host has no PowerShell', async () => {
    const server = await startSshServer('/nonexistent/pwsh');
    onTestFinished(() => server.close());
    const { run } = open(server.connection);
    const outcome = await run(WELL);
    expect(outcome).toMatchObject({ kind: 'connect-failed' });
    expect(outcome).toHaveProperty('message', expect.stringMatching(/signed in, but no PowerShell answered/));
  });

  test('that hangs after a while without calls: nothing ran, and the next call connects anew', async () => {
    const { run, recycles } = await openTarget();
    const pid = pidOf(await run(PID));
    process.kill(pid, 'SIGSTOP');
    const outcome = await run(WELL, {}, { limitMs: 1_000 });
    process.kill(pid, 'SIGKILL');
    expect(outcome).toMatchObject({ kind: 'connect-failed' });
    expect(outcome).toHaveProperty('message', expect.stringMatching(/gave no answer within 0\.5 s.*Nothing ran/));
    expect(pidOf(await run(PID))).not.toBe(pid);
    expect(recycles).toEqual([]);
  });

  test('that was started anew after a while without calls is connected to again, and the call runs', async () => {
    const { run } = await openTarget();
    const pid = pidOf(await run(PID));
    process.kill(pid, 'SIGKILL');
    const next = pidOf(await run(PID));
    expect(next).toBeGreaterThan(0);
    expect(next).not.toBe(pid);
  });

  test('keeps its session from call to call, and one that took too much memory is closed', async () => {
    const much = "$global:much = 'x' * 220MB; @{ pid = $PID }";
    const left = '@{ pid = $PID; left = [bool] (Get-Variable -Name much -Scope Global -ErrorAction SilentlyContinue) }';
    const { run, recycles, warnings, server } = await openTarget({});
    const pid = pidOf(await run(PID));
    expect(pidOf(await run(much))).toBe(pid);
    const next = await run(left);
    expect(next).toMatchObject({ kind: 'result', result: { left: false } });
    expect(pidOf(next)).not.toBe(pid);
    const { address: target } = server.connection;
    expect(warnings).toEqual([{ reason: 'memory', target, memoryMb: expect.any(Number) as unknown }]);
    expect(recycles).toEqual([]);
  });

  test('has one session, however many calls come at once, and a long call on the worker leaves it free', async () => {
    const { run, shell } = await openTarget({}, { sessions: 2 });
    const pids = (await Promise.all(Array.from({ length: 10 }, () => run(PID)))).map(pidOf);
    expect(new Set(pids).size).toBe(1);
    const stop = new AbortController();
    const long = shell.call(shellBehaviour, LOCAL, { Behaviour: 'hang', Value: 1 }, { signal: stop.signal });
    expect(pidOf(await run(PID))).toBe(pids[0]);
    stop.abort();
    expect((await long).kind).toBe('cancelled');
  });

  test('answers as ever while eight other hosts take connections and stay silent, as in a wave of reboots', async () => {
    const { run, shell, server } = await openTarget({}, { sessions: 2 });
    const silent = await startGreeter('');
    onTestFinished(() => silent.close());
    const { port } = silent.connection;
    const stop = new AbortController();
    let over = 0;
    const rebooting = Array.from({ length: 8 }, async (_, index) => {
      const host = { ...server.connection, port, user: `host${index}` };
      const { signal } = stop;
      const outcome = await shell.call(shellBehaviour, host, { Behaviour: 'echo', Value: 1 }, { signal });
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
    const { run } = await openTarget({});
    const folder = await temporaryFolder();
    const texts = HOSTILE.map((text) => text.replaceAll('$CANARY', join(folder, 'canary')));
    const named = Object.fromEntries(texts.map((text, index) => [`n${index}`, text]));
    for (const value of [texts, named, LARGE])
      expect(await run('param($Value) @{ value = $Value }', { Value: value })).toMatchObject({
        kind: 'result',
        result: { value },
      });
    expect(await readdir(folder)).toEqual([]);
  });

  test('hears of no preference that a script before set there', async () => {
    const sets =
      "$global:ErrorActionPreference = 'SilentlyContinue'; $global:WhatIfPreference = $true; @{ pid = $PID }";
    const fails = "Get-Item -LiteralPath '/nonexistent/file'; @{ pid = $PID }";
    const { run } = await openTarget({});
    const pid = pidOf(await run(sets));
    expect(await run(fails)).toMatchObject({ kind: 'script-failed', failure: { category: 'ObjectNotFound' } });
    const whatIf = await run('@{ pid = $PID; whatIf = $WhatIfPreference }');
    expect(whatIf).toMatchObject({ kind: 'result', result: { pid, whatIf: false } });
  });

  test('an answer that is lost with its host is lost, and what comes next opens another session', async () => {
    const dies = '[Diagnostics.Process]::GetCurrentProcess().Kill(); Start-Sleep -Seconds 60';
    const { run } = await openTarget({});
    expect(await run(dies)).toMatchObject({ kind: 'lost' });
    expect(await run(WELL)).toMatchObject(well);
  });

  test('a script that takes the runner away costs its session there, and the next call has another', async () => {
    const text = "Remove-Module -Name Fettle.Runner -Force; @{ value = 'well' }";
    const { run } = await openTarget({});
    await run(text);
    await run(WELL);
    expect(await run(WELL)).toMatchObject(well);
  });
});
