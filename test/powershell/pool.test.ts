import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { ShellSettings } from '../../activities/powershell/settings.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryFolder } from '../temporary.ts';
import { isThere, processesOf } from './processes.ts';
import { because, LOCAL, noRealShell } from './shells.ts';
import { ECHO, openTextShell, type TextShell, WELL, well } from './text-shell.ts';

/** Sessions of PowerShell: how many there are, what they serve, and how each of them ends. */

function open(settings: Partial<ShellSettings> = {}): TextShell {
  const opened = openTextShell(LOCAL, settings);
  onTestFinished(() => opened.shell.close(0));
  return opened;
}

const WAIT = 'param($Milliseconds) Start-Sleep -Milliseconds $Milliseconds; @{ value = "well" }';
/** Starts a program and waits for it. */
const CHILD = '& sleep 600';

/** A call that hangs until it is stopped. */
async function hang({ shell, script }: TextShell): Promise<{ stop: () => Promise<void> }> {
  const controller = new AbortController();
  const call = shell.call(await script('Start-Sleep -Seconds 600'), LOCAL, {}, { signal: controller.signal });
  const stop = async (): Promise<void> => {
    controller.abort();
    expect((await call).kind).toBe('cancelled');
  };
  return { stop };
}

async function untilChildRuns([pid = 0]: number[]): Promise<void> {
  await expect
    .poll(() => processesOf([pid]).some((line) => line.includes('sleep 600')), { timeout: 10_000 })
    .toBe(true);
}

const gone = (pids: number[]) => expect.poll(() => processesOf(pids), { timeout: 10_000 });

describe.skipIf(noRealShell !== null)(`sessions${because(noRealShell)}`, () => {
  test('are started when they are needed, and serve calls in their order, each its own answer', async () => {
    const { shell, script, pids } = open({ sessions: 4 });
    expect(pids).toEqual([]);
    const echo = await script(ECHO);
    for (const Value of [1, 2])
      expect(await shell.call(echo, LOCAL, { Value })).toMatchObject({ result: { value: Value } });
    expect(pids).toHaveLength(1);
  });

  test('work beside each other, and calls that may take very long leave one to the others', async () => {
    const shell = open({ sessions: 2, limits: { longCallMs: 20_000 } });
    await shell.shell.version();
    const hanging = [await hang(shell), await hang(shell)];
    expect(await shell.run(WELL, {}, { limitMs: 19_000 })).toMatchObject(well);
    for (const { stop } of hanging) await stop();
  });

  test.each([
    ['its calls', { callsPerSession: 2 }, 'calls'],
    ['too much memory', { memoryBytes: 1 }, 'memory'],
  ] as const)('are replaced after %s, between two calls, and none is lost', async (_what, limits, reason) => {
    const { shell, script, pids, recycles } = open({ limits });
    const echo = await script(ECHO);
    const outcomes = await Promise.all([1, 2, 3].map((Value) => shell.call(echo, LOCAL, { Value })));
    expect(outcomes).toMatchObject([1, 2, 3].map((value) => ({ result: { value } })));
    expect(new Set(recycles)).toEqual(new Set([reason]));
    expect(pids.length).toBeGreaterThan(1);
    expect(processesOf(pids.slice(0, 1))).toEqual([]);
  });

  test('that nobody needs are ended, and the next call starts another', async () => {
    const { run, recycles, pids, sessionCounts } = open({ limits: { idleMs: 50 } });
    expect(await run(WELL)).toMatchObject(well);
    await expect.poll(() => recycles).toEqual(['idle']);
    await gone(pids).toEqual([]);
    expect(sessionCounts).toEqual([1, 0]);
    expect(await run(WELL)).toMatchObject(well);
    expect(pids).toHaveLength(2);
  });
});

describe.skipIf(noRealShell !== null)(`a call${because(noRealShell)}`, () => {
  test('waits for its session no longer than it may take itself, and is never sent when its caller gives up meanwhile', async () => {
    const shell = open();
    await shell.shell.version();
    const { stop } = await hang(shell);
    const controller = new AbortController();
    const [late, left] = [shell.run(WELL, {}, { limitMs: 100 }), shell.run(WELL, {}, { signal: controller.signal })];
    expect(await late).toMatchObject({ kind: 'refused', type: 'ShellFailure' });
    expect(await late).toHaveProperty(
      'message',
      expect.stringMatching(/no PowerShell session .* free within its time of 0\.1 s/),
    );
    controller.abort();
    expect(await left).toMatchObject({ kind: 'cancelled', started: false });
    await stop();
  });

  test('has all of its time once it got a session, and is measured with its wait apart', async () => {
    const { shell, script, calls } = open();
    const wait = await script(WAIT);
    await shell.call(wait, LOCAL, { Milliseconds: 1 });
    const limits = [{ limitMs: 15_000 }, { limitMs: 3_000 }];
    const waiting = limits.map((limit) => shell.call(wait, LOCAL, { Milliseconds: 1_700 }, limit));
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['result', 'result']);
    const [, , second] = calls;
    expect(second).toMatchObject({ script: 'Test-Text', outcome: 'result' });
    expect(second?.waitedMs).toBeGreaterThanOrEqual(1_600);
    expect(second?.totalMs).toBeGreaterThanOrEqual(second?.waitedMs ?? Infinity);
  });

  test('that is not sent starts nothing: what its contract or its size refuses', async () => {
    const { run, pids } = open();
    const outcome = await run(WELL, { Value: 'x'.repeat(1024 * 1024) });
    expect(outcome).toMatchObject({ kind: 'refused', type: 'ContractViolation' });
    expect(outcome).toHaveProperty('message', expect.stringContaining('RequestTooLarge'));
    expect(await run(WELL, { Value: Number.NaN })).toMatchObject({ kind: 'refused', type: 'ContractViolation' });
    expect(pids).toEqual([]);
  });

  test('over whose answer our own code stumbles costs its session, and tells nothing of the answer', async () => {
    const { shell, run, script, recycles } = open();
    const stumbles = (): never => {
      throw new RangeError('canary');
    };
    const contract = { ...(await script('1')), result: z.unknown().transform(stumbles) };
    const outcome = await shell.call(contract, LOCAL, {});
    expect(outcome).toMatchObject({ kind: 'caller-failed', message: expect.stringContaining('RangeError') });
    expect(JSON.stringify(outcome)).not.toContain('canary');
    expect(recycles).toEqual(['protocol']);
    expect(await run('2')).toMatchObject({ kind: 'result' });
  });

  test('that is cancelled takes the whole process tree with it', async () => {
    const { shell, run, pids } = open();
    await shell.version();
    const controller = new AbortController();
    const call = run(CHILD, {}, { signal: controller.signal });
    await untilChildRuns(pids);
    controller.abort();
    expect(await call).toMatchObject({ kind: 'cancelled', started: true });
    await gone(pids).toEqual([]);
    expect(await run(WELL)).toMatchObject(well);
  });

  test('in whose middle its process is killed is told at once; between two calls that costs nothing', async () => {
    const { run, pids, recycles } = open();
    expect(await run(WELL)).toMatchObject(well);
    const [first = NaN] = pids;
    process.kill(first, 'SIGKILL');
    // Only a process whose end this one has noticed is not there for signals any more.
    await expect.poll(() => isThere(first)).toBe(false);
    expect(await run(WELL)).toMatchObject(well);
    const call = run(CHILD);
    await untilChildRuns(pids.slice(1));
    process.kill(pids[1] ?? NaN, 'SIGKILL');
    expect(await call).toMatchObject({ kind: 'caller-failed' });
    await gone(pids).toEqual([]);
    expect(recycles).toEqual(['ended', 'died']);
  });
});

describe.skipIf(noRealShell !== null)(`when the shell is closed${because(noRealShell)}`, () => {
  test('running calls end, waiting ones are refused, and no process is left', async () => {
    const { shell, script, pids, queueLengths, sessionCounts } = open();
    await shell.version();
    const [first, second] = [await script(WAIT), await script(WELL)];
    const calls = [shell.call(first, LOCAL, { Milliseconds: 300 }), shell.call(second, LOCAL, {})];
    await expect.poll(() => queueLengths).toContain(1);
    await shell.close(20_000);
    const [running, waiting] = await Promise.all(calls);
    expect(running).toMatchObject(well);
    expect(waiting).toMatchObject({ kind: 'refused', type: 'ShellFailure' });
    expect(waiting).toHaveProperty('message', expect.stringMatching(/shutting down/));
    expect(await shell.call(SCRIPTS.getHostState, LOCAL, { HostName: 'app01.corp.example' })).toMatchObject({
      kind: 'refused',
      type: 'ShellFailure',
    });
    expect(processesOf(pids)).toEqual([]);
    expect(sessionCounts.at(-1)).toBe(0);
  });

  test('a call that outlasts the grace time is ended, with all that it started', async () => {
    const { shell, run, pids } = open();
    await shell.version();
    const call = run(CHILD);
    await untilChildRuns(pids);
    await shell.close(50);
    expect(await call).toMatchObject({ kind: 'caller-failed' });
    await gone(pids).toEqual([]);
  });
});

/** A worker in small: its PowerShell is in the middle of a call. Nobody ends it, and its input has the request in front of its end. */
const BUSY_WORKER = `
  import { openTextShell } from './test/powershell/text-shell.ts';
  const { run, shell, pids } = openTextShell();
  await shell.version();
  await run('1');
  const calling = run('[Console]::Out.WriteLine(1); Start-Sleep -Seconds 600');
  process.stdout.write(pids[0] + '\\n');
  await calling;`;

test.skipIf(noRealShell !== null)(
  `a process whose worker was killed in mid-call ends too${because(noRealShell)}`,
  async () => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', BUSY_WORKER];
    const env = { ...process.env, TMPDIR: await temporaryFolder() };
    const worker = spawn(process.execPath, args, { cwd: checkoutDir, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [told] = (await once(worker.stdout.setEncoding('utf8'), 'data')) as [string];
    const pid = Number(told);
    expect(processesOf([pid])).not.toEqual([]);
    worker.kill('SIGKILL');
    await once(worker, 'close');
    await gone([pid]).toEqual([]);
  },
);
