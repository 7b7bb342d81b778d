import { expect, test } from 'vitest';
import type { FileKind } from '../../../cli/scripts-check/forbidden-commands.ts';
import { checkCharacters, checkHabits, checkVerb } from '../../../cli/scripts-check/habits.ts';
import { parsed } from './parsed.ts';

function problemsOf(text: string, kind: FileKind = 'script'): string[] {
  return [...checkHabits('a.ps1', parsed(text), kind), ...checkCharacters('a.ps1', text)].map(
    ({ path, message, expected }) => `${path} ${message} → ${expected}`,
  );
}

test.each<[code: string, message: RegExp, kinds?: FileKind[]]>([
  ['Invoke-Expression -Command $t', /Invoke-Expression makes code of text/],
  ['if ($x) { "a $(INVOKE-expression -Command $t) b" }', /makes code of text/],
  ['1 | iex', /iex makes code of text/],
  ['& iex -Command $t', /iex makes code of text/],
  ['Add-Type -TypeDefinition $t', /makes code of text/],
  ['Start-Process -FilePath powershell', /starts a program/],
  ['Invoke-Command -ScriptBlock { 1 }', /runs what it is given as code/, ['script', 'module']],
  ['Restart-Computer -Force', /reboots the host/, ['script', 'boundary']],
  ['Stop-Computer -Force', /reboots the host/, ['script', 'boundary']],
  ['Set-Alias -Name x -Value Get-Thing', /names a command anew/],
  ['Set-ExecutionPolicy -ExecutionPolicy Bypass', /opens the host/],
  ['write-HOST -Object 1', /write-HOST writes past the result/],
  ['Read-Host -Prompt x', /asks a person/],
  ['if ($x) { EXIT 3 }', /ends the process with exit/],
  ['ls -Path $x', /ls is an alias/],
  ['$x | % { $_ }', /% is an alias/],
  ['$x | ? { $_ }', /\? is an alias/],
  ['$x | foreach { $_ }', /foreach is an alias/],
  ['$x | SELECT -First 1', /SELECT is an alias/],
  ['& cmd /c $t', /cmd is an alias or a program/],
  ['. ./x.ps1', /x\.ps1 is an alias or a program/],
  ['powershell.exe -Command $t', /powershell\.exe is an alias or a program/],
  ['Get-Thing $x', /Get-Thing takes \$x by its position/, ['script']],
  ["Get-Thing -Name $x 'y'", /takes 'y' by its position/, ['script']],
  ['Hyper-V\\Get-VM (1)', /Get-VM takes \(1\) by its position/, ['script']],
  ['Get-Thing -Name \u2018x\u2019', /U\+2018.* → ASCII/],
])('%s is found', (code, message, kinds = ['script', 'module', 'boundary']) => {
  for (const kind of kinds) {
    const found = problemsOf(`# one\n${code}\n`, kind);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
    expect(found[0]).toMatch(/^a\.ps1:2 .* → \S+/);
  }
});

test.each<[code: string, kind?: FileKind]>([
  ['Get-Thing -Name $x -Force -Since ([datetime]::UtcNow)'],
  ['Get-Thing @given; Get-Thing -Name:$x; Get-Thing -At $x.ToString() > out.txt'],
  ["Get-Thing -Name $a, 'b' -Id a#b # c"],
  ['1..$n | ForEach-Object -Process { $_ }'],
  ['$x | Where-Object -FilterScript { $_.Id -eq 1 } | Select-Object -First 1'],
  ['foreach ($one in $x) { Hyper-V\\Get-VM -Id $one }'],
  ["# iex exit ls\n'exit; ls | % { iex }'"],
  ['& { Get-Thing -Name $x }; . { $y = 1 }'],
  ['& $block', 'module'],
  ['[scriptblock]::Create($t)', 'boundary'],
  ['Get-Thing $x', 'module'],
  ['Invoke-Command -ScriptBlock { 1 }; New-Module -Name x', 'boundary'],
  ['Restart-Computer -Force; Start-ScheduledTask -TaskName x', 'module'],
])('%s is none of it', (code, kind) => {
  expect(problemsOf(code, kind)).toEqual([]);
});

test('every finding is told at once', () => {
  expect(problemsOf('ls\nexit\niex $x\nWrite-Host $x')).toHaveLength(4);
});

test.each(['Get-Thing', 'ConvertFrom-IsoTime', 'Use-Thing'])('%s has an approved verb', (name) => {
  expect(checkVerb('a.ps1', 1, name)).toEqual([]);
});
test.each(['Fetch-Thing', 'get-thing', 'GetThing', 'Get'])('%s has none', (name) => {
  expect(checkVerb('a.ps1', 1, name)).toHaveLength(1);
});
