import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { readManifest, sha256 } from '../../activities/powershell/pins/manifest.ts';
import { powerShellFiles } from '../../activities/powershell/pins/powershell-files.ts';
import { Pins } from '../../activities/powershell/pins/pins.ts';
import type { CallOutcome, Shell } from '../../activities/powershell/shell.ts';
import { shellBehaviour } from '../../lab/shell/index.ts';
import { defineScript } from '../../model/contract.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryFile } from '../temporary.ts';
import { measured } from './measured.ts';
import { LOCAL, realShell, testShell } from './shells.ts';
import { noSshServer, startSshServer } from './ssh-server.ts';

/** What scripts do to the shell they run in, and what a real PowerShell makes of it; no other shell can be asked. */
const pwsh = realShell();
const because = pwsh === null ? ' (skipped: neither FETTLE_PWSH nor PATH gives a pwsh)' : '';

type Run = (text: string, parameters?: Record<string, unknown>) => Promise<CallOutcome<unknown>>;

/** Runs texts as scripts, all in the same session while it lives. */
async function open(texts: string[]): Promise<{ run: Run; recycles: string[]; shell: Shell }> {
  const files = new Map<string, string>();
  for (const text of texts) files.set(text, await temporaryFile(text));
  const fromRoot = (path: string): string => relative('/', path);
  const hashes = Object.fromEntries([
    ...Object.entries(readManifest(checkoutDir)).map(([path, hash]) => [fromRoot(`${checkoutDir}/${path}`), hash]),
    ...[...files].map(([text, file]) => [fromRoot(file), sha256(text)]),
  ]) as Record<string, string>;
  const metrics = measured();
  const settings = { executable: pwsh ?? '', simulatedShell: false, pins: new Pins('/', hashes), metrics };
  const shell = testShell(settings);
  onTestFinished(() => shell.close());
  const run: Run = (text, parameters = {}) => {
    const script = defineScript({
      name: 'Test-Text',
      file: pathToFileURL(files.get(text) ?? ''),
      effect: 'read',
      timeLimitMs: 15_000,
      parameters: z.record(z.string(), z.unknown()),
      result: z.unknown(),
      failures: {},
    });
    return shell.call(script, LOCAL, parameters);
  };
  return { run, recycles: metrics.recycles, shell };
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

  test('parses every script and module of the checkout', async () => {
    const paths = await powerShellFiles(checkoutDir);
    const parse = `$ErrorActionPreference = 'Stop'; foreach ($path in $input) { $tokens = $errors = $null
      [void] [Management.Automation.Language.Parser]::ParseFile((Join-Path $PWD $path), [ref] $tokens, [ref] $errors)
      foreach ($e in $errors) { "$($path):$($e.Extent.StartLineNumber): $($e.Message)" } }
      'parsed'`;
    const parsing = promisify(execFile)(pwsh ?? '', ['-NoProfile', '-NonInteractive', '-Command', parse], {
      cwd: checkoutDir,
    });
    parsing.child.stdin?.end(paths.join('\n'));
    expect((await parsing).stdout.trim()).toBe('parsed');
    expect(paths.length).toBeGreaterThan(50);
  });

  test(`functions and aliases that a script leaves behind do not reach the next script`, async () => {
    const shadows = `foreach ($name in 'ConvertTo-Json', 'ForEach-Object', 'Get-Item') {
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

  test.skipIf(noSshServer !== null)(
    `says that the account signed in where the host has no PowerShell${noSshServer === null ? '' : ` (skipped: ${noSshServer})`}`,
    async () => {
      const server = await startSshServer('/nonexistent/pwsh');
      onTestFinished(() => server.close());
      const shell = testShell({ executable: pwsh ?? '', simulatedShell: false, hostModule: 'windows' });
      onTestFinished(() => shell.close());
      const outcome = await shell.call(shellBehaviour, server.connection, { Behaviour: 'echo', Value: 1 });
      expect(outcome).toMatchObject({ kind: 'connect-failed' });
      expect(outcome).toHaveProperty('message', expect.stringMatching(/signed in, but no PowerShell answered/));
    },
  );

  test('has not started what is cancelled while it connects', async () => {
    const greeted: unknown[] = [];
    const server = createServer((socket) => {
      greeted.push(socket.on('error', () => undefined).write('SSH-2.0-silent\r\n'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const keyFile = `file:${await temporaryFile('-----BEGIN OPENSSH PRIVATE KEY-----\n')}`;
    const files = { keyFile, knownHosts: await temporaryFile(`[127.0.0.1]:${port} ssh-ed25519 AAAA\n`) };
    const shell = testShell({ executable: pwsh ?? '', simulatedShell: false, hostModule: 'windows' });
    onTestFinished(() => shell.close());
    const stop = new AbortController();
    const connection = { transport: 'ssh', address: '127.0.0.1', port, user: 'patcher', ...files } as const;
    const call = shell.call(shellBehaviour, connection, { Behaviour: 'echo', Value: 1 }, { signal: stop.signal });
    // The first connection looks whether the host answers, the second is PowerShell's.
    await expect.poll(() => greeted.length, { timeout: 10_000 }).toBe(2);
    stop.abort();
    expect(await call).toMatchObject({ kind: 'cancelled', started: false });
  });
});
