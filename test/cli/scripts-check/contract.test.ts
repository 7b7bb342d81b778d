import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkContract } from '../../../cli/scripts-check/contract.ts';
import type { AnyContract } from '../../../model/contract.ts';
import { parsed, script } from './parsed.ts';

const FILE = 'runbooks/demo/scripts/Get-Thing.ps1';
const M = '[Parameter(Mandatory)]';

const CONTRACT: AnyContract = {
  name: 'Get-Thing',
  file: new URL('file:///x/Get-Thing.ps1'),
  parameters: z.strictObject({ Name: z.string().min(1) }),
  failures: { '0x8024001E': 'UpdateShuttingDown', FettleThing: 'TaskRefused' },
  timeLimitMs: 60_000,
};

function problemsOf(text: string | null, contract: Partial<AnyContract> = {}, file = FILE): string[] {
  return checkContract(file, { ...CONTRACT, ...contract }, text === null ? undefined : parsed(text)).map(
    ({ path, message, expected }) => `${path.replace(/^.*\//, '')} ${message} → ${expected}`,
  );
}

/** Problems of a script that declares its one parameter so, under a contract that has it so. */
function declared(parameter: string, schema: z.ZodType): string[] {
  return problemsOf(script(parameter), { parameters: z.strictObject({ Name: schema }) });
}

test('a script that fits its contract has no problem', () => {
  expect(problemsOf(script())).toEqual([]);
});

describe.each<[what: string, schema: z.ZodType, good: string, bad: string, expected: string]>([
  ['a text', z.string().min(1), `${M} [string] $Name`, `${M} [int] $Name`, '[string]'],
  ['a type', z.string().min(1), `${M} [System.String] $Name`, `${M} $Name`, '[string]'],
  ['an identifier', z.guid(), `${M} [string] $Name`, `${M} [guid] $Name`, '[string]'],
  ['a small whole number', z.int().min(1).max(9), `${M} [int32] $Name`, `${M} [double] $Name`, '[int]'],
  ['any whole number', z.int(), `${M} [long] $Name`, `${M} [int] $Name`, '[long]'],
  ['a number', z.number(), `${M} [double] $Name`, `${M} [int] $Name`, '[double]'],
  ['yes or no', z.boolean(), `${M} [bool] $Name`, `${M} [string] $Name`, '[bool]'],
  ['texts', z.array(z.string().min(1)).min(1), `${M} [string[]] $Name`, `${M} [string] $Name`, '[string[]]'],
  [
    'objects',
    z.array(z.strictObject({ a: z.int() })).min(1),
    `${M} [object[]] $Name`,
    `${M} [string[]] $Name`,
    '[object[]]',
  ],
  ['an object', z.strictObject({ a: z.int() }), `${M} [hashtable] $Name`, `${M} [string] $Name`, '[hashtable]'],
  [
    'what may be null',
    z.string().min(1).nullable(),
    `${M} [AllowNull()] [object] $Name`,
    `${M} [AllowNull()] [string] $Name`,
    '[object]',
  ],
  [
    'mandatory',
    z.string().min(1),
    '[Parameter(Mandatory = $true)] [string] $Name',
    '[string] $Name',
    '[Parameter(Mandatory)]',
  ],
  ['optional', z.string().optional(), '[string] $Name', `${M} [string] $Name`, 'no Mandatory'],
  [
    'not mandatory',
    z.int().optional(),
    '[Parameter(Mandatory = $false)] [long] $Name',
    `${M} [long] $Name`,
    'no Mandatory',
  ],
  [
    'an empty text',
    z.string(),
    `${M} [AllowEmptyString()] [string] $Name`,
    `${M} [string] $Name`,
    '[AllowEmptyString()]',
  ],
  [
    'an empty list',
    z.array(z.int()),
    `${M} [AllowEmptyCollection()] [long[]] $Name`,
    `${M} [long[]] $Name`,
    '[AllowEmptyCollection()]',
  ],
  [
    'an empty text in a list',
    z.array(z.string()).min(1),
    `${M} [AllowEmptyString()] [string[]] $Name`,
    `${M} [string[]] $Name`,
    '[AllowEmptyString()]',
  ],
  [
    'a value set',
    z.enum(['a', "b's"]),
    `${M} [ValidateSet("b's", 'a')] [string] $Name`,
    `${M} [string] $Name`,
    "[ValidateSet('a', 'b''s')]",
  ],
  [
    'the same value set',
    z.enum(['a', 'b']),
    `${M} [ValidateSet('a', 'b')] [string] $Name`,
    `${M} [ValidateSet('a', 'c')] [string] $Name`,
    "[ValidateSet('a', 'b')]",
  ],
  [
    'no value set of its own',
    z.string().min(1),
    `${M} [string] $Name`,
    `${M} [ValidateSet('a')] [string] $Name`,
    'both, or none',
  ],
  [
    'a range',
    z.int().min(1).max(9),
    `${M} [ValidateRange(1, 9)] [int] $Name`,
    `${M} [ValidateRange(1, 10)] [int] $Name`,
    '[ValidateRange(1, 9)]',
  ],
])('%s', (_what, schema, good, bad, expected) => {
  test(`passes ${good}`, () => {
    expect(declared(good, schema)).toEqual([]);
  });
  test(`finds ${bad}`, () => {
    const problems = declared(bad, schema);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Get-Thing\.ps1:9 Name /);
    expect(problems[0]).toContain(` → ${expected}`);
  });
});

test('names are compared in both directions', () => {
  const text = script(`${M} [string] $Id`).replaceAll('.PARAMETER Name', '.PARAMETER Id');
  expect(problemsOf(text)).toEqual([
    'Get-Thing.ps1:9 It lacks Name, which its contract has. → [string] $Name',
    'Get-Thing.ps1:9 It has Id, which its contract lacks. → no Id',
  ]);
});

test.each<[string, () => string[], RegExp]>([
  ['no script', () => problemsOf(null), /^Get-Thing\.contract\.ts:1 The contract Get-Thing has no script/],
  ['another name', () => problemsOf(script(), { name: 'Get-Other' }), /contract\.ts:1 Its name is Get-Other/],
  [
    'no approved verb',
    () => problemsOf(script(), { name: 'Fetch-X' }, 'Fetch-X.ps1'),
    /^Fetch-X\.ps1:1 .*approved verb/,
  ],
  ['no help', () => problemsOf(script().replace('.SYNOPSIS', '')), /no comment-based help/],
  ['no CmdletBinding', () => problemsOf(script().replace('[CmdletBinding()]\n', '')), /no \[CmdletBinding\(\)\]/],
  [
    'an hresult that no answer has',
    () => problemsOf(script(), { failures: { '0x8024001e': 'UpdateBusy' } }),
    /failures has the key 0x8024001e/,
  ],
  ['no time limit', () => problemsOf(script(), { timeLimitMs: 0 }), /timeLimitMs is 0/],
  ['a secret that is no parameter', () => problemsOf(script(), { secrets: ['Token'] }), /secrets names Token/],
  ['parameters that are no object', () => problemsOf(script(), { parameters: z.string() }), /not an object/],
])('finds %s', (_name, problems, message) => {
  expect(problems()).toHaveLength(1);
  expect(problems()[0]).toMatch(message);
});

test('a secret is a text among the parameters', () => {
  expect(problemsOf(script(), { secrets: ['Name'] })).toEqual([]);
});
