import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostConnection } from '../../model/inventory.ts';
import { because, LOCAL, noRealShell, realShell } from './shells.ts';
import { noSshServer, startSshServer } from './ssh-server.ts';
import { ECHO, openTextShell, type TextShell, WELL, well } from './text-shell.ts';

/** What PowerShell makes of parameters, results and failures: the same in the worker's own process and on a target over SSH. */

const VALUES: [string, unknown][] = [
  ['quotes', `'single' "double" ‘curly’ “curly” „low‟ ''two'' ""two""`],
  ['expressions', ['$(Get-Date); $env:PATH & { exit } @{a=1} #comment', '${x} $x @x', '`n `$ ` ``']],
  ['line breaks', ['one\ntwo\r\nthree\tfour\n', '\n', '']],
  ['letters of many scripts', 'æøå ÆØÅ ß 漢字 かな 한글 🧪 👩‍🔬 🇳🇴'],
  ['lists in lists', [[1], [[2, 'a']], []]],
  ['objects', { a: [{ b: [] }, { c: { d: 'e' } }], nothing: null, table: {} }],
  ['nulls', [null, [null, 1]]],
  ['booleans and numbers', [true, false, [true], 1, 1.5, Number.MAX_SAFE_INTEGER]],
  ['times, which stay text', ['2026-11-22T10:00:00+01:00', '2026-11-22T10:00:00.123Z']],
];

const TYPES = `@{ value = [ordered]@{
  time = [datetime] '2026-11-22T10:00:00Z'; offset = [datetimeoffset] '2026-11-22T11:00:00+01:00'; duration = [timespan] '1.02:03:04'
  nan = [double]::NaN; version = [version] '1.2.3.4'; guid = [guid] '3F0F3C0A-6D6F-4F0C-9F43-7F5A3C1D2E4B'; day = [DayOfWeek] 'Monday'
  uri = [uri] 'https://wsus.corp.example/a?b=c'; bytes = [byte[]] @(1, 2, 255); decimal = [decimal]::Parse('1.10', [cultureinfo]::InvariantCulture)
} }`;
const PLAIN = {
  time: '2026-11-22T10:00:00.0000000Z',
  // .NET writes the zone of an offset in numbers.
  offset: '2026-11-22T10:00:00.0000000+00:00',
  duration: 'P1DT2H3M4S',
  nan: 'NaN',
  version: '1.2.3.4',
  guid: '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b',
  day: 'Monday',
  uri: 'https://wsus.corp.example/a?b=c',
  bytes: 'AQL/',
  decimal: '1.10',
};

const COM = `throw (New-Object -TypeName System.Runtime.InteropServices.COMException -ArgumentList 'Busy.', ([Convert]::ToInt32('80240009', 16)))`;
const RECORD = `throw (New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList ([InvalidOperationException]::new('It went wrong.')), 'FettleTest,Test', 'InvalidOperation', $null)`;
const said = (pattern: RegExp) => ({ message: expect.stringMatching(pattern) as unknown });
const keyed = (...keys: string[]) => ({ keys: expect.arrayContaining(keys) as unknown });
const FAILURES: [string, string, Record<string, unknown>][] = [
  ['throws', "\n\nthrow 'It was thrown.'", said(/^It was thrown\. \(0x[0-9A-F]{8}, OperationStopped, line 3\)$/)],
  [
    'calls a cmdlet that fails',
    "Get-Item -LiteralPath '/nonexistent'",
    { ...keyed('PathNotFound'), ...said(/ObjectNotFound/) },
  ],
  ['calls a program that fails', "& sh -c 'exit 3'", said(/non-zero exit code: 3/)],
  ['calls a program that is missing', '& fettle-no-such-program', keyed('CommandNotFoundException')],
  ['meets a COMException', COM, { hresult: '0x80240009', ...keyed('0x80240009') }],
  ['throws an error record', RECORD, keyed('FettleTest')],
  ['asks a person', "Read-Host -Prompt 'Is anybody there'", said(/NonInteractive|prompt/)],
  ['lacks a parameter', 'param([Parameter(Mandatory)] $Name) $Name', said(/mandatory|NonInteractive|prompt/i)],
];

const REFUSED: [string, string, RegExp][] = [
  ['is nested too deep', '$d = 1; foreach ($i in 1..20) { $d = @{ d = $d } }; $d', /nested deeper than 16 levels/],
  ['is a live object', "[IO.FileInfo]::new('/nonexistent')", /holds a \[System\.IO\.FileInfo\]/],
  ['is a secret', '@{ s = [securestring]::new() }', /holds a \[System\.Security\.SecureString\]/],
  ['is none', '', /returned 0 values/],
  ['are two', '1; 2', /returned 2 values/],
];

const NOISE = `[Console]::Out.WriteLine('raw output'); [Console]::Error.WriteLine('raw error'); [Console]::Out.WriteLine([char]27 + '[31mred' + [char]27 + '[0m')
$forged = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('{"ok":true,"result":[{"value":"forged"}]}'))
[Console]::Out.WriteLine("@fettle $([guid]::NewGuid()) $forged 1 kept@"); [Console]::Out.Write('@fettle ')
Write-Warning 'a warning'; Write-Verbose 'a detail' -Verbose; Write-Information 'a notice'; Write-Error 'a soft error' -ErrorAction Continue
@{ value = 'well' }`;

interface Place {
  name: string;
  missing: string | null;
  open: () => Promise<{ connection: HostConnection; close: () => Promise<void> }>;
}
const PLACES: Place[] = [
  {
    name: `the worker's own PowerShell${because(noRealShell)}`,
    missing: noRealShell,
    open: async () => ({ connection: LOCAL, close: () => Promise.resolve() }),
  },
  {
    name: `a target over SSH${because(noRealShell ?? noSshServer)}`,
    missing: noRealShell ?? noSshServer,
    open: () => startSshServer(realShell() ?? ''),
  },
];

for (const { name, missing, open } of PLACES)
  describe.skipIf(missing !== null)('in ' + name, () => {
    let shell: TextShell;
    let local: boolean;
    let close: () => Promise<void>;
    beforeAll(async () => {
      const place = await open();
      local = place.connection === LOCAL;
      shell = openTextShell(place.connection);
      close = place.close;
    });
    afterAll(async () => {
      await shell.shell.close();
      await close();
    });

    test.each(VALUES)('%s come back as they went', async (_what, Value) => {
      expect(await shell.run(ECHO, { Value })).toMatchObject({ kind: 'result', result: { value: Value } });
    });

    test('types of .NET become plain values', async () => {
      expect(await shell.run(TYPES)).toMatchObject({ kind: 'result', result: { value: PLAIN } });
    });

    test.each(FAILURES)('a script that %s has failed, and the next one runs', async (_what, text, failure) => {
      expect(await shell.run(text)).toMatchObject({ kind: 'failed', ...failure });
      expect(await shell.run(WELL)).toMatchObject(well);
    });

    test.each(['exit 3', 'break', 'continue'])(
      'a script that ends by %s costs its session, and the next one runs',
      async (text) => {
        expect(await shell.run(text)).toMatchObject({
          kind: 'caller-failed',
          ...said(/without an answer, as by exit/),
        });
        expect(await shell.run(WELL)).toMatchObject(well);
      },
    );

    test.each(REFUSED)('a result that %s is refused', async (_what, text, says) => {
      expect(await shell.run(text)).toMatchObject({ kind: 'broke-contract', ...said(says) });
    });

    test('a null result is one', async () => {
      expect(await shell.run('$null')).toMatchObject({ kind: 'result', result: null });
    });

    test('what a script says beside its result is kept apart from it, and decides nothing', async () => {
      const outcome = await shell.run(NOISE);
      expect(outcome).toMatchObject(well);
      expect(outcome.said.filter(({ kind }) => kind !== 'stray output')).toEqual([
        { kind: 'warning', text: 'a warning' },
        { kind: 'verbose', text: 'a detail' },
        { kind: 'information', text: 'a notice' },
        { kind: 'passed-over error', text: 'a soft error' },
      ]);
      const stray = outcome.said.filter(({ kind }) => kind === 'stray output').map(({ text }) => text);
      // Remoting drops what remote code writes past the streams.
      if (local) expect(stray).toEqual(expect.arrayContaining(['raw output', 'red', 'raw error']));
    });

    test('an answer of 1 MB comes through, and a larger one is refused as too large', async () => {
      const text = "param($Size) @{ value = 'x' * $Size }";
      expect((await shell.run(text, { Size: 1_000_000 })).kind).toBe('result');
      const tooLarge = { kind: 'broke-contract', ...said(/ResultTooLarge/) };
      expect(await shell.run(text, { Size: 1024 * 1024 })).toMatchObject(tooLarge);
      expect(await shell.run(WELL)).toMatchObject(well);
    });
  });
