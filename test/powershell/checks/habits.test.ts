import { describe, expect, test } from 'vitest';
import { checkVerb, type FileKind } from '../../../activities/powershell/checks/habits.ts';
import { breachesOf } from './breaches.ts';
import { script } from './parsed.ts';

function problemsOf(body: string, kind: FileKind = 'script'): string[] {
  return breachesOf(script(undefined, body), kind);
}

/** The body begins on this line of the fixture. */
const LINE = 12;

describe.each<[rule: string, good: string, bad: string, message: RegExp]>([
  ['Invoke-Expression', 'Get-Thing -Name $Name', 'Invoke-Expression -Command $Name', /runs text as code/],
  ['Invoke-Expression by its alias', "Write-Verbose -Message 'iex'", 'iex $Name', /iex runs text as code/],
  ['Invoke-Expression in quotes', "'iex'", "& 'Invoke-Expression' $Name", /runs text as code/],
  [
    'Invoke-Expression with its module',
    'Get-Thing -Name 1',
    'Microsoft.PowerShell.Utility\\Invoke-Expression -Command $Name',
    /runs text as code/,
  ],
  ['exit', "throw 'no'", 'if ($Name) { exit 3 }', /ends the process/],
  ['exit of the process', '[Environment]::MachineName', '[Environment]::Exit(7)', /ends the process/],
  ['exit by the long name', '[Math]::Abs(1)', '[System.Environment]::Exit(7)', /ends the process/],
  ['Write-Host', "Write-Verbose -Message 'x'", "Write-Host -Object 'x'", /Write-Host writes past/],
  ['ls', 'Get-ChildItem -Path $Name', 'ls -Path $Name', /ls is an alias/],
  ['%', '$Name | ForEach-Object -Process { $_ }', '$Name | % -Process { $_ }', /% is an alias/],
  ['?', '$Name | Where-Object -FilterScript { $_ }', '$Name | ? -FilterScript { $_ }', /\? is an alias/],
  [
    'foreach as a command',
    'foreach ($one in $Name) { $one }',
    '$Name | foreach -Process { $_ }',
    /foreach is an alias/,
  ],
  ['where', '$Name | Where-Object -Property Id', '$Name | where -Property Id', /where is an alias/],
  ['select', '$Name | Select-Object -First 1', '$Name | SELECT -First 1', /SELECT is an alias/],
  ['sort', '$Name | Sort-Object -Property Id', '$Name | sort -Property Id', /sort is an alias/],
  ['gci', 'Get-ChildItem -Path $Name', 'gci -Path $Name', /gci is an alias/],
  ['gwmi', 'Get-CimInstance -ClassName Win32_BIOS', 'gwmi -Class Win32_BIOS', /gwmi is an alias/],
  ['code of text', '{ $Name }', '[scriptblock]::Create($Name)', /makes code of text/],
  ['position', 'Get-Thing -Name $Name -Force', 'Get-Thing $Name', /takes \$Name by its position/],
  ['position after a named one', 'Get-Thing -Name $Name', "Get-Thing -Name $Name 'x'", /takes 'x' by its position/],
])('%s', (_rule, good, bad, message) => {
  test(`passes ${good}`, () => {
    expect(problemsOf(good)).toEqual([]);
  });
  test(`finds ${bad}`, () => {
    const problems = problemsOf(`\n${bad}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect(problems[0]).toMatch(new RegExp(`^${LINE + 1}: .* → .+`));
  });
});

test('a splatted table, a value with a colon and the value of a method are not positions', () => {
  expect(problemsOf('Get-Thing @given; Get-Thing -Name:$Name; Get-Thing -At $Name.ToString() > out.txt')).toEqual([]);
});

test('a program has no parameters to name', () => {
  expect(problemsOf('sc.exe query wuauserv')).toEqual([expect.stringMatching(/starts a program/)]);
});

test('what stands in a text or a comment is not run', () => {
  expect(problemsOf("# iex exit ls\n'exit; ls | % { iex }'")).toEqual([]);
});

test('every finding is told at once', () => {
  expect(problemsOf('ls\nexit\niex $Name\nWrite-Host $Name')).toHaveLength(4);
});

test.each(['Get-Thing', 'ConvertFrom-IsoTime', 'Use-Thing'])('%s has an approved verb', (name) => {
  expect(checkVerb('a.ps1', 1, name)).toEqual([]);
});
test.each(['Fetch-Thing', 'get-thing', 'GetThing', 'Get'])('%s has none', (name) => {
  expect(checkVerb('a.ps1', 1, name)).toHaveLength(1);
});
