import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { readManifest, sha256 } from '../../activities/powershell/pins/manifest.ts';
import { powerShellFiles } from '../../activities/powershell/pins/powershell-files.ts';
import { Pins } from '../../activities/powershell/pins/pins.ts';
import type { ShellSettings } from '../../activities/powershell/shell-settings.ts';
import type { CallOptions, CallOutcome, Shell } from '../../activities/powershell/shell.ts';
import { shellBehaviour } from '../../lab/shell/index.ts';
import { defineScript } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryFile } from '../temporary.ts';
import { measured } from './measured.ts';
import { LOCAL, NO_LOG, realShell, testShell } from './shells.ts';
import { noSshServer, startSshServer } from './ssh-server.ts';

/** What scripts do to the shell they run in, and what a real PowerShell makes of it; no other shell can be asked. */
const pwsh = realShell();
const because = pwsh === null ? ' (skipped: neither FETTLE_PWSH nor PATH gives a pwsh)' : '';

type Run = (text: string, parameters?: Record<string, unknown>, options?: CallOptions) => Promise<CallOutcome<unknown>>;

interface Where {
  /** This machine unless told otherwise. */
  connection?: HostConnection;
  settings?: Partial<ShellSettings>;
}

/** Runs texts as scripts, all in the same session while it lives. */
async function open(
  texts: string[],
  { connection = LOCAL, settings = {} }: Where = {},
): Promise<{ run: Run; recycles: string[]; shell: Shell }> {
  const files = new Map<string, string>();
  for (const text of texts) files.set(text, await temporaryFile(text));
  const fromRoot = (path: string): string => relative('/', path);
  const hashes = Object.fromEntries([
    ...Object.entries(readManifest(checkoutDir)).map(([path, hash]) => [fromRoot(`${checkoutDir}/${path}`), hash]),
    ...[...files].map(([text, file]) => [fromRoot(file), sha256(text)]),
  ]) as Record<string, string>;
  const metrics = measured();
  const hostModule = connection === LOCAL ? 'plant' : 'windows';
  const own = {
    executable: pwsh ?? '',
    simulatedShell: false,
    pins: new Pins('/', hashes),
    metrics,
    hostModule,
  } as const;
  const shell = testShell({ ...own, ...settings });
  onTestFinished(() => shell.close());
  const run: Run = (text, parameters = {}, options = {}) => {
    const script = defineScript({
      name: 'Test-Text',
      file: pathToFileURL(files.get(text) ?? ''),
      effect: 'read',
      timeLimitMs: 15_000,
      parameters: z.record(z.string(), z.unknown()),
      result: z.unknown(),
      failures: {},
    });
    return shell.call(script, connection, parameters, options);
  };
  return { run, recycles: metrics.recycles, shell };
}

/** PowerShell statements that call `Write-Fault` for each token and node that came after Windows PowerShell 5.1. */
const NEWER_THAN_5_1 = `
  foreach ($t in $tokens) {
    if ($t.Kind -in 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr', 'Clean') { Write-Fault $t.Extent $t.Text }
  }
  $nodes = $ast.FindAll({ $args[0] -is [Management.Automation.Language.TernaryExpressionAst] -or ($args[0] -is [Management.Automation.Language.PipelineAst] -and $args[0].Background) }, $true)
  foreach ($n in $nodes) { Write-Fault $n.Extent $n.Extent.Text }`;

/** What `judge`, PowerShell that knows `$ast`, `$tokens` and `$errors`, says of each file. */
async function faultsIn(paths: string[], judge: string): Promise<string[]> {
  const script = `$ErrorActionPreference = 'Stop'
    function Write-Fault($Extent, $Text) { "$($path):$($Extent.StartLineNumber): $Text" }
    foreach ($path in $input) { $tokens = $errors = $null
      $ast = [Management.Automation.Language.Parser]::ParseFile([IO.Path]::Combine($PWD, $path), [ref] $tokens, [ref] $errors)
      ${judge} }
    'read'`;
  const args = ['-NoProfile', '-NonInteractive', '-Command', script];
  const reading = promisify(execFile)(pwsh ?? '', args, { cwd: checkoutDir });
  reading.child.stdin?.end(paths.join('\n'));
  const lines = (await reading).stdout.trim().split(/\r?\n/);
  expect(lines.pop()).toBe('read');
  return lines;
}

const WELL = "@{ value = 'well' }";
const well = { kind: 'result', result: { value: 'well' } };

describe.skipIf(pwsh === null)(`a real PowerShell${because}`, () => {
  test.each([
    [
      'a table with numbers for names keeps each value under its own',
      "[ordered]@{ 7 = 'a'; 0 = 'b' }",
      { 7: 'a', 0: 'b' },
    ],
    [
      'a table with names of its own properties keeps its values',
      '@{ Keys = 1; Values = 2; Count = 3; Item = 4; GetEnumerator = 5 }',
      { Keys: 1, Values: 2, Count: 3, Item: 4, GetEnumerator: 5 },
    ],
    [
      'what a script calls $entry, $name or $o does not reach the runner',
      '$entry = $name = $o = 1; @{ o = $o }',
      { o: 1 },
    ],
  ])(`%s`, async (_, text, result) => {
    const { run } = await open([text]);
    expect(await run(text)).toMatchObject({ kind: 'result', result });
  });

  test.each([
    [
      'two names that differ in case only are refused, not one of them lost',
      '$d = [Collections.Generic.Dictionary[string,int]]::new(); $d.Add("Host", 1); $d.Add("host", 2); $d',
      /twice, or but for its case/,
    ],
    ['an integer that would lose digits is refused', '@{ size = [long] 9007199254740993 }', /beyond 2\^53.*as text/],
    ['half of a character is refused, not another one sent', '@{ name = [string] [char] 0xD83E }', /surrogate pair/],
  ])(`%s`, async (_, text, says) => {
    const { run } = await open([text]);
    const outcome = await run(text);
    expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'result' });
    expect(outcome).toHaveProperty('message', expect.stringMatching(says));
  });

  test(`a script that writes a flood of warnings is done all the same, and some of them are kept`, async () => {
    const text =
      "foreach ($i in 1..20000) { Write-Warning ('w' * 400); Write-Verbose 'v' -Verbose }; @{ value = 'well' }";
    const { run, recycles } = await open([text]);
    const outcome = await run(text);
    expect(outcome).toMatchObject(well);
    expect(outcome.sideOutput.warnings).toHaveLength(50);
    expect(outcome.sideOutput.verbose.at(-1)).toBe('[19951 more lines left out]');
    expect(recycles).toEqual([]);
  });

  test.each([['break'], ['continue']])(`%s outside of a loop is told as what it is`, async (text) => {
    const { run } = await open([text, WELL]);
    const message = expect.stringMatching(/break or continue outside of a loop/) as unknown;
    expect(await run(text)).toMatchObject({ kind: 'script-failed', failure: { message } });
    expect(await run(WELL)).toMatchObject(well);
  });

  test('answers in its own encoding, whichever a script sets', async () => {
    const text = "[Console]::OutputEncoding = [Text.Encoding]::Unicode; @{ value = 'well' }";
    const { run, recycles } = await open([text, WELL]);
    for (const one of [text, WELL]) expect(await run(one)).toMatchObject(well);
    expect(recycles).toEqual([]);
  });

  test('counts and writes as ever after a script that set another culture', async () => {
    const text = "[cultureinfo]::CurrentCulture = 'de-DE'; @{ said = (1.5).ToString() }";
    const next = '@{ said = (1.5).ToString(); name = [cultureinfo]::CurrentCulture.Name }';
    const { run } = await open([text, next]);
    const before = await run(next);
    expect(await run(text)).toMatchObject({ kind: 'result', result: { said: '1,5' } });
    expect(await run(next)).toEqual(before);
  });

  test('parses every script and module of the checkout', async () => {
    const paths = await powerShellFiles(checkoutDir);
    expect(await faultsIn(paths, 'foreach ($e in $errors) { Write-Fault $e.Extent $e.Message }')).toEqual([]);
    expect(paths.length).toBeGreaterThan(50);
  });

  test('finds nothing that Windows PowerShell 5.1 does not know in what goes to a target', async () => {
    const paths = (await powerShellFiles(checkoutDir)).filter((path) => !path.endsWith('dispatcher.ps1'));
    const newer = await temporaryFile(
      '$a ?? 1; $a ??= 1; ${a}?.b; ${a}?[0]; (1 -eq 2) ? 1 : 2; 1 && 2; 1 || 2; Get-Date &',
    );
    const written = await faultsIn([newer], NEWER_THAN_5_1);
    expect(written).toHaveLength(8);
    expect(await faultsIn(paths, NEWER_THAN_5_1)).toEqual([]);
  });

  test(`functions and aliases that a script leaves behind do not reach the next script`, async () => {
    const shadows = `foreach ($name in 'Invoke-FettleScript', 'ConvertTo-FettlePlain', 'ConvertTo-FettleText', 'ConvertTo-FettleError') {
    Set-Alias -Name $name -Value 'Get-Date' -Scope Global -Force
  }
  foreach ($name in 'ConvertTo-Json', 'ForEach-Object', 'Get-Item') {
    Set-Item -Path "function:global:$name" -Value { 'forged' } -Force
    Set-Alias -Name $name -Value 'Get-Date' -Scope Global -Force
  }
  $global:ErrorActionPreference = 'SilentlyContinue'; $global:PSDefaultParameterValues['*:Depth'] = 1
  @{ value = 'well' }`;
    const { run } = await open([shadows, WELL]);
    for (const text of [shadows, WELL, WELL]) expect(await run(text)).toMatchObject(well);
  });

  test.each([['Invoke-FettleScript'], ['ConvertTo-FettlePlain'], ['ConvertTo-FettleError']])(
    `a script cannot put a function of its own in the place of %s`,
    async (name) => {
      const text = `function global:${name} { 'forged' }; function script:${name} { 'forged' }; @{ value = 'well' }`;
      const { run } = await open([text, WELL]);
      const first = await run(text);
      expect(first).toMatchObject(first.kind === 'result' ? well : { kind: 'script-failed' });
      expect(await run(WELL)).toMatchObject(well);
    },
  );

  test(`a script that takes the runner away costs its session, and the next call has another`, async () => {
    const text = "Remove-Module -Name Fettle.Runner -Force; @{ value = 'well' }";
    const { run, recycles } = await open([text, WELL]);
    await run(text);
    const next = await run(WELL);
    if (next.kind !== 'result') {
      expect(next).toMatchObject({ kind: 'shell-failed', started: true });
      expect(recycles).toEqual(['protocol']);
    }
    expect(await run(WELL)).toMatchObject(well);
  });

  test.each([
    ['@{ said = [Console]::In.ReadToEnd() }', { said: '' }],
    ['@{ said = [Console]::ReadLine() }', { said: null }],
    ['@{ said = @(& cat) }', { said: [] }],
    ['@{ said = [string] (& sh -c \'read line; echo "got $line"\') }', { said: 'got ' }],
    ['@{ said = [Console]::OpenStandardInput().ReadByte() }', { said: -1 }],
  ])('a script that reads its input finds its end at once: %s', async (text, result) => {
    const { run, recycles } = await open([text, WELL]);
    const [read, next] = await Promise.all([run(text), run(WELL)]);
    expect(read).toMatchObject({ kind: 'result', result });
    expect(next).toMatchObject(well);
    expect(recycles).toEqual([]);
  });

  describe('while it connects to a host that greets and does no more', () => {
    /** `greeted` counts its connections: the first looks whether it answers, the second is PowerShell's. */
    async function greeter(): Promise<{ connection: HostConnection; greeted: () => number }> {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket.on('error', () => undefined));
        socket.write('SSH-2.0-silent\r\n');
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      const { port } = server.address() as AddressInfo;
      const keyFile = `file:${await temporaryFile('-----BEGIN OPENSSH PRIVATE KEY-----\n')}`;
      const files = { keyFile, knownHosts: await temporaryFile(`[127.0.0.1]:${port} ssh-ed25519 AAAA\n`) };
      const connection = { transport: 'ssh', address: '127.0.0.1', port, user: 'patcher', ...files } as const;
      return { connection, greeted: () => sockets.size };
    }

    test('has not started what is cancelled', async () => {
      const { connection, greeted } = await greeter();
      const { run } = await open([WELL], { connection });
      const stop = new AbortController();
      const call = run(WELL, {}, { signal: stop.signal });
      await expect.poll(greeted, { timeout: 10_000 }).toBe(2);
      stop.abort();
      expect(await call).toMatchObject({ kind: 'cancelled', started: false });
    });

    test('tells the end of its time as a host that was not reached, not as a script that may have run', async () => {
      const { connection } = await greeter();
      const { run } = await open([WELL], { connection });
      const outcome = await run(WELL, {}, { limitMs: 2_000 });
      expect(outcome).toMatchObject({ kind: 'connect-failed' });
    });
  });
});

const noSsh = pwsh === null ? because : noSshServer === null ? '' : ` (skipped: ${noSshServer})`;

describe.skipIf(noSsh !== '')(`a real PowerShell on a target over SSH${noSsh}`, () => {
  const PID = '@{ pid = $PID }';
  const pidOf = (outcome: CallOutcome<unknown>): number =>
    outcome.kind === 'result' ? (outcome.result as { pid: number }).pid : NaN;

  /** Texts run on the target; sessions are asked first before each call unless told otherwise. */
  async function openTarget(
    texts: string[],
    limits: ShellSettings['limits'] = { askAfterMs: 0 },
    more: Partial<ShellSettings> = {},
  ) {
    const server = await startSshServer(pwsh ?? '');
    onTestFinished(() => server.close());
    const warnings: Record<string, unknown>[] = [];
    const log = { ...NO_LOG, warn: (_: string, fields = {}) => void warnings.push(fields) };
    const opened = await open(texts, { connection: server.connection, settings: { limits, log, ...more } });
    return { ...opened, server, warnings };
  }

  test('says that the account signed in where the host has no PowerShell', async () => {
    const server = await startSshServer('/nonexistent/pwsh');
    onTestFinished(() => server.close());
    const { run } = await open([WELL], { connection: server.connection });
    const outcome = await run(WELL);
    expect(outcome).toMatchObject({ kind: 'connect-failed' });
    expect(outcome).toHaveProperty('message', expect.stringMatching(/signed in, but no PowerShell answered/));
  });

  test('that hangs after a while without calls: nothing ran, and the next call connects anew', async () => {
    const { run, recycles } = await openTarget([PID, WELL]);
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
    const { run } = await openTarget([PID]);
    const pid = pidOf(await run(PID));
    process.kill(pid, 'SIGKILL');
    const next = pidOf(await run(PID));
    expect(next).toBeGreaterThan(0);
    expect(next).not.toBe(pid);
  });

  test('keeps its session from call to call, and one that took too much memory is closed', async () => {
    const much = "$global:much = 'x' * 220MB; @{ pid = $PID }";
    const left = '@{ pid = $PID; left = [bool] (Get-Variable -Name much -Scope Global -ErrorAction SilentlyContinue) }';
    const { run, recycles, warnings, server } = await openTarget([PID, much, left], {});
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
    const { run, shell } = await openTarget([PID], {}, { sessions: 2 });
    const pids = (await Promise.all(Array.from({ length: 10 }, () => run(PID)))).map(pidOf);
    expect(new Set(pids).size).toBe(1);
    const stop = new AbortController();
    const long = shell.call(shellBehaviour, LOCAL, { Behaviour: 'hang', Value: 1 }, { signal: stop.signal });
    expect(pidOf(await run(PID))).toBe(pids[0]);
    stop.abort();
    expect((await long).kind).toBe('cancelled');
  });

  test('answers as ever while eight other hosts take connections and stay silent, as in a wave of reboots', async () => {
    const { run, shell, server } = await openTarget([WELL], {}, { sessions: 2 });
    const silence: Socket[] = [];
    const silent = createServer((socket) => void silence.push(socket.on('error', () => undefined)));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const stop = new AbortController();
    let over = 0;
    const rebooting = Array.from({ length: 8 }, async (_, index) => {
      const host = { ...server.connection, port, user: `host${index}` };
      const { signal } = stop;
      const outcome = await shell.call(shellBehaviour, host, { Behaviour: 'echo', Value: 1 }, { signal });
      over += 1;
      return outcome;
    });
    await expect.poll(() => silence.length).toBe(8);
    for (let turn = 0; turn < 20; turn += 1) expect(await run(WELL)).toMatchObject(well);
    expect(over).toBe(0);
    stop.abort();
    for (const outcome of await Promise.all(rebooting))
      expect(outcome).toMatchObject({ kind: 'cancelled', started: false });
  });

  test('an answer that is lost with its host is lost, and what comes next opens another session', async () => {
    const dies = '[Diagnostics.Process]::GetCurrentProcess().Kill(); Start-Sleep -Seconds 60';
    const { run } = await openTarget([dies, WELL], {});
    expect(await run(dies)).toMatchObject({ kind: 'lost' });
    expect(await run(WELL)).toMatchObject(well);
  });

  test('a script that takes the runner away costs its session there, and the next call has another', async () => {
    const text = "Remove-Module -Name Fettle.Runner -Force; @{ value = 'well' }";
    const { run } = await openTarget([text, WELL], {});
    await run(text);
    await run(WELL);
    expect(await run(WELL)).toMatchObject(well);
  });
});
