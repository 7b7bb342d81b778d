import { describe, expect, test } from 'vitest';
import { breachesOf } from './breaches.ts';

describe('what a script needs stays possible', () => {
  test.each([
    'Get-Thing -Name $x -Since ([datetime]::UtcNow)',
    "& 'Get-Thing' -Name $x",
    '& { Get-Thing -Name $x }',
    '. { $x = 1 }',
    '$x | ForEach-Object -Process { $_.Name }',
    '$x | ForEach-Object -Begin { 1 } -Process { $_ } -End { 2 }',
    '1..20 | ForEach-Object -Process { $_ }',
    '$x | Where-Object -FilterScript { $_.Id -eq 1 } | Select-Object -First 1',
    'Get-Thing @given',
    'Get-Thing -Name:$x -Force',
    'function Get-Other { 1 }\nGet-Other',
    'function Get-Other { function Send-Part { 1 }\nSend-Part }',
    'Hyper-V\\Get-VM -Id $x',
    'Import-Module -Name OperationsManager -Verbose:$false',
    '$x | Invoke-CimMethod -MethodName Win32ShutdownTracker -Arguments $y',
    'New-Object -TypeName System.Security.Principal.NTAccount -ArgumentList $x',
    'New-Object -ComObject Microsoft.Update.Session',
    '[Environment]::MachineName',
    '[Collections.Generic.List[string]]::new()',
    '[System.Text.Encoding]::UTF8.GetBytes($x)',
    '$env:COMPUTERNAME; $table[$env:COMPUTERNAME] = 1; $script:x = 2; ${x} = 3',
    '$x.Start(); $x.exitCode; $x.Invoked',
    "Write-Verbose -Message 'iex; exit; function:x [Console]::Out'",
    '"`$(iex) costs 5`$"',
    '# iex exit [Console]::Out\n<# ls; & $x #>\n1',
    "$x = @'\niex $t\n'@",
    'Get-Thing -Name a#b',
    '$x -f 1 -join 2',
    '1 | Out-Null',
    '1..$n | ForEach-Object -Process { $_ }',
    '$x.GetType().FullName',
    "$x = @'\na '@ b\n'@",
  ])('%s', (code) => {
    expect(breachesOf(code)).toEqual([]);
  });

  test('a host module may take arguments by position', () => {
    expect(breachesOf('Get-Thing $x', 'module')).toEqual([]);
    expect(breachesOf('Get-Thing $x', 'script')).toHaveLength(1);
  });

  test('a function of another file may be called by its own name, and not as a part of a module', () => {
    expect(breachesOf('Send-Thing -Name 1', 'script', ['send-thing'])).toEqual([]);
    expect(breachesOf('Hyper-V\\Send-Thing -Name 1', 'script', ['send-thing'])).toHaveLength(1);
  });

  test('a function of ours does not make a refused command a good one', () => {
    expect(breachesOf('function Add-Type { 1 }\nAdd-Type -Name 1', 'script', ['add-type'])).toHaveLength(1);
  });
});
