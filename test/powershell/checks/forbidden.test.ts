import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../../activities/powershell/checks/habits.ts';
import { breachesOf } from './breaches.ts';

type Case = [code: string, message: RegExp];

const TEXT_AS_CODE: Case[] = [
  ['Invoke`-Expression -Command $t', /runs text as code/],
  ['i`ex -Command $t', /iex runs text as code/],
  ['IEX($t)', /IEX runs text as code/],
  ['1 | iex', /runs text as code/],
  ["&  <# x #>  'iex' $t", /runs text as code/],
  ['Invoke-Expression <# x #> -Command $t', /runs text as code/],
  ['Invoke-Expression`\n -Command $t', /runs text as code/],
  ['Microsoft.PowerShell.Utility\\Invoke-Expression -Command $t', /runs text as code/],
  ['[Management.Automation.ScriptBlock]::Create($t)', /makes code of text/],
  ['[System.Management.Automation.ScriptBlock]::Create($t)', /makes code of text/],
  ['[ScriptBlock ]::Create($t)', /makes code of text/],
  ['[ scriptblock ] <# x #> :: Create($t)', /makes code of text/],
  ["[scriptblock]::'Create'($t)", /makes code of text/],
  ['$s=[scriptblock]; $s::Create($t)', /\$s is, is only known as it runs/],
  ['$x -as [scriptblock]', /makes code of text/],
  ['[powershell]::Create().AddScript($t)', /\.AddScript makes code of text/],
  ['[Collections.Generic.List[powershell]]::new()', /makes code of text/],
  ['[runspacefactory]::CreateRunspace()', /makes code of text/],
  ['$ExecutionContext.InvokeCommand.InvokeScript($t)', /\.InvokeScript makes code of text/],
  ['$ExecutionContext.InvokeCommand."NewScriptBlock"($t)', /\.NewScriptBlock makes code of text/],
  ['$PSCmdlet.InvokeCommand.ExpandString($t)', /\.ExpandString makes code of text/],
  ['${Execution`Context}', /leads to the engine/],
  ['Add-Type -TypeDefinition $t', /makes code of text/],
  ['New-Module -ScriptBlock $b', /makes code of text/],
  ['Invoke-Command -ScriptBlock ([scriptblock]::Create($t))', /Invoke-Command runs what it is given/],
  ['Start-Job -ScriptBlock $b', /runs what it is given/],
  ['Import-Module -Name $path', /Import-Module is given -name \$path/],
  ['Import-Module -Name ./x.psm1', /Import-Module is given/],
  ['using module x', /using starts/],
];

const NAMED_ANEW: Case[] = [
  ['Set-Alias -Name x -Value Invoke-Expression', /names a command anew/],
  ['New-Alias -Name x -Value iex', /names a command anew/],
  ['function Get-X { [Alias("iex")] param() 1 }', /\[alias\(\)\] is not among the attributes/],
  ['Set-Item -Path function:x -Value $t', /function:x is of a drive/],
  ["New-Item -Path 'function:' -Value $t", /function: is of a drive/],
  ['Set-Content -Path alias:x -Value iex', /writes to any drive/],
  ['Remove-Item -Path Microsoft.PowerShell.Core\\Function:x', /is of a drive/],
  ['$function:x = $t', /\$function:x is of a drive/],
  ['${Function:x} = $t', /is of a drive/],
  ["$alias:x = 'iex'", /is of a drive/],
  ['$global:x = $t', /outlives the script/],
  ['$env:PATH = $t', /\$env:PATH stays set/],
  ['foreach ($env:PATH in $t) { 1 }', /\$env:PATH stays set/],
  ['Get-Thing -OutVariable global:x', /global:x is of a drive or scope/],
  ['$a, $env:PATH = $t', /\$env:PATH stays set/],
  ["$PSDefaultParameterValues['a:b'] = 1", /leads to the engine/],
  ['Set-Variable -Name x -Value 1', /nothing checks/],
];

const KNOWN_AS_IT_RUNS: Case[] = [
  ['& $c $t', /What & \$c runs is only known as it runs/],
  ['&$c', /only known as it runs/],
  ['. $path', /What \. \$path runs is only known/],
  ['. ./x.ps1', /runs in the scope of its caller/],
  ["& ('i'+'ex') $t", /only known as it runs/],
  ['& "Invoke-$e" $t', /only known as it runs/],
  ['& (Get-Command -Name iex) $t', /only known as it runs/],
  ['& $env:ComSpec /c $t', /only known as it runs/],
  ['& $args[0]', /only known as it runs/],
  ['iex"$t"', /only known as it runs/],
  ['$x.$m()', /Which member \.\$m is/],
  ['$x."$m"', /Which member/],
  ['[Math]::$m(1)', /Which member ::\$m is/],
  ["('System.Environment' -as 'type')::Exit(3)", /What type .* is only known/],
  ["[type]'System.Environment'", /finds types and methods/],
  ['[Activator]::CreateInstance($t)', /finds types and methods/],
  ["$x.PSObject.Methods['Exit']", /\.Methods finds types and methods/],
  ['$x.GetType().Assembly', /\.Assembly finds types/],
  ["$x.Module.GetType('System.Environment')", /\.GetType finds a type by its name/],
  ["$type.GetMember('Exit')", /\.GetMember finds types and methods/],
  ['[Reflection.Assembly]::Load($t)', /makes code as it runs/],
  ['$b.Invoke()', /\.Invoke runs what/],
  ["$l.'ForEach'('Exit')", /calls a member by its name/],
  ['$x | ForEach-Object -MemberName Exit', /ForEach-Object is given -membername Exit/],
  ['$x | ForEach-Object -m Exit', /ForEach-Object is given -m Exit/],
  ['$x | ForEach-Object Exit', /ForEach-Object is given Exit/],
  ['$x | ForEach-Object @given', /ForEach-Object is given @given/],
  ['New-Object -TypeName $t', /New-Object is given/],
  ['New-Object -TypeName Diagnostics.Process', /starts and ends programs/],
  ['New-Object -ComObject WScript.Shell', /New-Object is given/],
  ['New-Object @given', /New-Object is given @given/],
  ['function New-Object { 1 }; New-Object @given', /New-Object is given @given/],
];

const PROGRAMS: Case[] = [
  ['powershell.exe -Command $t', /powershell\.exe starts a program/],
  ['pwsh -c $t', /starts a program/],
  ['cmd /c $t', /starts a program/],
  ['& "cmd" /c $t', /starts a program/],
  ['& C:\\x.exe', /starts a program/],
  ['.\\Get-Thing -Name 1', /starts a program/],
  ['sub\\Get-Thing -Name 1', /starts a program/],
  ['Get-Thing.ps1', /starts a program/],
  ['Start-Process -FilePath powershell', /starts a program/],
  ['Invoke-Item -Path $t', /starts a program/],
  ['[Diagnostics.Process]::Start($t)', /starts and ends programs/],
  ['Invoke-CimMethod -ClassName Win32_Process -MethodName Create', /Invoke-CimMethod is given -classname/],
  ['$x | Invoke-CimMethod -MethodName Create', /Invoke-CimMethod is given -methodname Create/],
  ["([wmiclass]'Win32_Process').Create($t)", /\[wmiclass\] starts/],
  ['Register-ScheduledTask -TaskName x', /makes a program run/],
  ['Unblock-File -Path $t', /opens the host/],
  ['Set-ExecutionPolicy -ExecutionPolicy Bypass', /opens the host/],
];

const ENDS: Case[] = [
  ['exit 3', /ends the process with exit/],
  ['EXIT', /ends the process with exit/],
  ['e`xit 3', /written with backticks/],
  ["& 'exit'", /starts a program/],
  ["[Environment]::'Exit'(3)", /\[Environment\]::Exit ends the process/],
  ['[System.\nEnvironment]::Exit(3)', /ends the process/],
  ['[Environment]::Exit', /ends the process/],
  ['[Environment]::FailFast($t)', /ends the process/],
  ['$host.SetShouldExit(1)', /\.SetShouldExit ends the process/],
  ['(Get-Variable -Name Host -ValueOnly).SetShouldExit(1)', /\.SetShouldExit ends the process/],
  ['Stop-Process -Id $PID', /Stop-Process ends or halts/],
  ['(Get-Process -Id $PID).Kill()', /\.Kill ends/],
  ['Restart-Computer -Force', /ends or halts/],
];

const OUTPUT: Case[] = [
  ['Write-H`ost -Object 1', /Write-Host writes past the result/],
  ["[Console]::WriteLine('x')", /\[Console\]::WriteLine writes past/],
  ["[Console ]::Out.WriteLine('x')", /\[Console\]::Out writes past/],
  ['1 | Out-Host', /Out-Host writes past/],
  ['Write-Output -InputObject 1 | out-default', /writes past/],
  ["$Host.UI.WriteLine('x')", /\.UI writes past/],
  ['Read-Host -Prompt x', /asks a person/],
];

/** What PowerShell reads otherwise than the grammar does, and could hide the rest of a line from the rules. */
const AMBIGUOUS: Case[] = [
  ['Get-Thing \u2013Name x', /U\+2013/],
  ['Get-Thing -Name \u2018#\u2019; iex $t', /U\+2018.*ASCII/],
  ['Get-Thing\u00A0-Name x', /U\+00A0/],
  ['# x\riex $t', /U\+000D/],
  ["Get-Thing -Name 'a'#'; iex $t", /without a blank before/],
  ['Get-Thing --% iex', /--% passes on/],
  ["$x = @'\n'@; iex $t; $y = @'\n'@", /A here-string holds its own end/],
  ['$x = @"\n"@; iex $t; $y = @"\n"@', /A here-string holds its own end/],
];

const UNLISTED: Case[] = [
  ['Send-Thing -Name 1', /Send-Thing is no function of ours/],
  ['if ($false) { function Send-Thing { 1 } }; Send-Thing', /Send-Thing is no function of ours/],
  ['function Get-X { function Send-Thing { 1 } }; Send-Thing', /Send-Thing is no function of ours/],
  ['Send-Thing; function Send-Thing { 1 }', /Send-Thing is no function of ours/],
  ['Microsoft.PowerShell.Utility\\Send-Thing', /is no function of ours/],
  ['[Net.WebClient]::new()', /\[Net\.WebClient\]::new is not among the types/],
  ["[Environment]::SetEnvironmentVariable('a', 'b')", /SetEnvironmentVariable is not among the types/],
];

const ALL = { TEXT_AS_CODE, NAMED_ANEW, KNOWN_AS_IT_RUNS, PROGRAMS, ENDS, OUTPUT, AMBIGUOUS, UNLISTED };

describe.each<FileKind>(['script', 'module'])('in a %s', (kind) => {
  describe.each(Object.entries(ALL))('%s', (_group, cases) => {
    test.each(cases)('%s', (code, message) => {
      const found = breachesOf(`# one\n${code}\n`, kind);
      expect(found.join('\n')).toMatch(message);
      for (const breach of found) expect(breach).toMatch(/^[23]: .* → \S+/s);
    });
  });
});

describe('in dispatcher and runner, but for what checks/exceptions.ts allows', () => {
  const { UNLISTED: _open, ...closed } = ALL;
  test.each(Object.values(closed).flat())('%s', (code, message) => {
    expect(breachesOf(`# one\n${code}\n`, 'boundary').join('\n')).toMatch(message);
  });
  test.each(UNLISTED)('not %s, since they may call and name more', (code) => {
    expect(breachesOf(code, 'boundary').join('\n')).not.toMatch(/no function of ours|among the types/);
  });
});
