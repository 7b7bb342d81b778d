import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkManifest } from '../../../activities/powershell/manifest.ts';
import { checkScripts } from '../../../cli/scripts-check/scripts-check.ts';
import { RUNBOOKS } from '../../../runbooks/index.ts';
import { checkoutDir } from '../../../workers/checkout.ts';
import { hostFunction, NAME, PLANT, problemsOf, SCRIPT, script, WINDOWS, type Changes } from './fixture.ts';

const M = '[Parameter(Mandatory)]';
const text = z.string().min(1);
const oneToNine = z.int().min(1).max(9);

test('every PowerShell file of the project fits, and is pinned', async () => {
  const contracts = RUNBOOKS.flatMap((runbook) => Object.values(runbook.contracts));
  expect([...(await checkScripts(checkoutDir, contracts)), ...checkManifest(checkoutDir)]).toEqual([]);
});

test.each<[what: string, schema: z.ZodType, good: string, bad: string]>([
  ['a text', text, NAME, `${M} [int] $Name`],
  ['a type', z.guid(), NAME, `${M} $Name`],
  ['a small whole number', oneToNine, `${M} [ValidateRange(1, 9)] [int] $Name`, `${M} [long] $Name`],
  ['any whole number', z.int(), `${M} [long] $Name`, `${M} [int] $Name`],
  ['a number', z.number(), `${M} [double] $Name`, `${M} [int] $Name`],
  ['yes or no', z.boolean(), `${M} [bool] $Name`, NAME],
  ['texts', z.array(text).min(1), `${M} [string[]] $Name`, NAME],
  ['objects', z.array(z.strictObject({})).min(1), `${M} [object[]] $Name`, `${M} [string[]] $Name`],
  ['an object', z.strictObject({}), `${M} [hashtable] $Name`, NAME],
  ['null', text.nullable(), `${M} [AllowNull()] [object] $Name`, `${M} [object] $Name`],
  ['what must be given', text, NAME, '[string] $Name'],
  ['what may be left out', z.string().optional(), '[string] $Name', NAME],
  ['an empty text', z.string(), `${M} [AllowEmptyString()] [string] $Name`, NAME],
  ['no empty text', text, NAME, `${M} [AllowEmptyString()] [string] $Name`],
  ['an empty list', z.array(z.int()), `${M} [AllowEmptyCollection()] [long[]] $Name`, `${M} [long[]] $Name`],
  ['empty texts', z.array(z.string()).min(1), `${M} [AllowEmptyString()] [string[]] $Name`, `${M} [string[]] $Name`],
  ['a value set', z.enum(['a', "b's"]), `${M} [ValidateSet('a', 'b''s')] [string] $Name`, NAME],
  ['its values', z.enum(['a']), `${M} [ValidateSet('a')] [string] $Name`, `${M} [ValidateSet('c')] [string] $Name`],
  ['no value set', text, NAME, `${M} [ValidateSet('a')] [string] $Name`],
  ['a range', oneToNine, `${M} [ValidateRange(1, 9)] [int] $Name`, `${M} [ValidateRange(1, 8)] [int] $Name`],
])('%s is declared as the contract has it', async (_what, schema, good, bad) => {
  const parameters = z.strictObject({ Name: schema });
  expect(await problemsOf({ files: { [SCRIPT]: script(good) }, script: { parameters } })).toEqual([]);
  expect(await problemsOf({ files: { [SCRIPT]: script(bad) }, script: { parameters } })).toEqual([
    `${SCRIPT}:7 ${bad} does not fit its contract. → ${good}`,
  ]);
});

test.each([
  ['bounds left to the contract', oneToNine, `${M} [int] $Name`],
  ['another way of writing', z.enum(['a']), '[Parameter(Mandatory = $true)][ValidateSet("a")]\n  [string]\n  $Name'],
])('%s is fine', async (_what, schema, parameter) => {
  const parameters = z.strictObject({ Name: schema });
  expect(await problemsOf({ files: { [SCRIPT]: script(parameter) }, script: { parameters } })).toEqual([]);
});

const at = (file: string, content: string): Changes => ({ files: { [file]: content } });
const targets = (fields: z.ZodRawShape): Changes => ({
  function: { parameters: z.strictObject({ Name: text, ...fields }) },
});

test.each<[what: string, changes: Changes, problem: string]>([
  ['what does not parse', at(SCRIPT, `${script('$Other')}if ($x) {`), `${SCRIPT}:9 It does not parse: } is missing`],
  ['a missing parameter', at(SCRIPT, script('')), `${SCRIPT}:1 It lacks Name, which its contract has. → ${NAME}`],
  [
    'one too many',
    at(SCRIPT, script(`${NAME}, $Id`).replace('Name\n', 'Id\nx\n.PARAMETER Name\n')),
    ':9 It has Id, which',
  ],
  ['no contract', at('runbooks/demo/scripts/Get-Other.ps1', script()), 'Get-Other.ps1:1 It has no contract.'],
  ['another name', { script: { name: 'Get-Other' } }, 'Get-Thing.contract.ts Its name is Get-Other. → Get-Thing'],
  ['an hresult in small letters', { script: { failures: { '0x8024001e': 'UpdateBusy' } } }, 'has the key 0x8024001e.'],
  ['a secret that is no parameter', { script: { secrets: ['Name', 'Token'] } }, 'secrets names Token.'],
  ['no synopsis', at(SCRIPT, script().replace('A thing.\n', '')), `${SCRIPT}:1 Its help has no .SYNOPSIS.`],
  ['no help of a parameter', at(SCRIPT, script().replace('Its name.', '')), ':7 Its help has no .PARAMETER Name.'],
  ['no help in a function', at(PLANT, hostFunction().replace('.SYN', '')), `${PLANT}:1 Its help has no .SYNOPSIS.`],
  [
    'a contract of no function',
    { function: { name: 'Set-It' } },
    'Set-It.contract.ts There is no Set-It. → the name of',
  ],
  ['a function called nowhere', targets({}), 'Set-FettleThing.contract.ts It does not say where to call.'],
  ['a function called twice', targets({ HostName: text, EndpointName: text }), 'It does not say where to call.'],
  [
    'a function of another contract',
    targets({ HostName: text, Id: text }),
    `${WINDOWS}:1 It lacks Id, which its contract`,
  ],
  [
    'another function',
    at(`${PLANT}/../Get-X.ps1`, hostFunction('', 'Get-Y')),
    'Get-X.ps1:1 It lacks the function of its',
  ],
  [
    'a function of one module',
    at(`${PLANT}/../Get-FettleX.ps1`, hostFunction('', 'Get-FettleX')),
    'Windows has no Get-FettleX.',
  ],
  [
    'the other way round',
    at(`${WINDOWS}/../Get-FettleX.ps1`, hostFunction('', 'Get-FettleX')),
    'The plant has no Get-FettleX.',
  ],
  ['one declared otherwise', at(PLANT, hostFunction('$Name')), `${WINDOWS}:8 ${NAME} does not fit ${PLANT}. → $Name`],
])('%s is found', async (_what, changes, problem) => {
  expect(await problemsOf(changes)).toEqual([expect.stringContaining(problem)]);
});

const DISPATCHER = 'activities/powershell/dispatcher.ps1';

test.each<[code: string, forbidden: string[], allowed: string[]]>([
  ['if ($x) { "a $(INVOKE-expression $t) b" }', [SCRIPT, WINDOWS, PLANT, DISPATCHER], []],
  ['& iex $t', [SCRIPT], []],
  ['if ($x) { EXIT 3 }', [SCRIPT, DISPATCHER], []],
  ['Read-Host -Prompt x', [SCRIPT], []],
  ['powershell.exe -Command $t', [SCRIPT, WINDOWS], []],
  ['Invoke-Command -ScriptBlock { 1 }', [SCRIPT, WINDOWS], [DISPATCHER]],
  ['Restart-Computer -Force', [SCRIPT, PLANT], [WINDOWS]],
  ["1..$n | ForEach-Object { 'exit; iex' } # exit", [], [SCRIPT]],
])('%s is forbidden where it is', async (code, forbidden, allowed) => {
  const given = (file: string) => at(file, `${file === SCRIPT ? script() : hostFunction()}${code}\n`);
  for (const file of forbidden) expect(await problemsOf(given(file))).toHaveLength(1);
  for (const file of allowed) expect(await problemsOf(given(file))).toEqual([]);
});

test('the plant takes what its host module asks for', async () => {
  const api = await readFile(join(checkoutDir, 'lab/plant/api.ts'), 'utf8');
  const verbs = [...api.matchAll(/^ {2}'([A-Z][a-z]+-Fettle[A-Za-z]+)':/gm)].map(([, verb = '']) => verb);
  const files = await readdir(join(checkoutDir, 'lab/plant/host-module'));
  const own = files.map((file) => file.replace(/\.ps1$/, '')).filter((name) => /^(?!Connect-).*-Fettle/.test(name));
  expect(own.toSorted()).toEqual(verbs.toSorted());
});
