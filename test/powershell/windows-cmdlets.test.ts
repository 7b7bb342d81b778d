import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../activities/powershell/manifest.ts';
import { WINDOWS_MODULE } from '../../activities/powershell/settings.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { because, noRealShell, realShell } from './shells.ts';

const VM = '6f0e1d8a-0000-4000-8000-000000000042';
/** Calls where there is something to change, and what they do then: cmdlets that are called, a line each, and how it fails. */
const DOES: Record<string, RegExp> = {
  [`New-FettleSnapshot -VmId ${VM} -Name fettle-new -Comment CHG0042 -Key k`]:
    /^Set-VM .*-CheckpointType ProductionOnly.*\nCheckpoint-VM .*\nSet-VM .*-CheckpointType Standard\n.*\n.*No space/,
  [`Remove-FettleSnapshot -VmId ${VM} -Name fettle-there -Key k`]: /^Remove-VMSnapshot /,
  'Remove-FettleUpdateTask -TaskName fettle-there': /^Unregister-ScheduledTask /,
  'Restart-FettleHost -Key k -Reason CHG0042': /^Invoke-CimMethod /,
  'Start-FettleMaintenance -Objects app01 -Until 2030-01-01T00:00:00Z -Comment c -Key k': /^No maintenance mode for/,
  'Start-FettleService -Name W3SVC': /^The service W3SVC does not start/,
  'Start-FettleUpdateTask -TaskName fettle-new -Key k -Updates @{ id = 1; revision = 1 } -TimeLimitMinutes 60':
    /\nRegister-ScheduledTask(?=.* -Description: Fettle k\b)(?=.* -UserId S-1-5-18 )(?=.* -MultipleInstances: IgnoreNew\b)(?=.* -ExecutionTimeLimit: 01:00:00\b)(?!.*Trigger)/,
  'Stop-FettleMaintenance -Objects app01 -Comment c -Key k': /^Maintenance mode of app01 does not end/,
  'Connect-Target ssh':
    /New-PSSession -HostName app01 -Port 1 -UserName u -KeyFilePath k -ConnectingTimeout 7000 BatchMode=yes IdentitiesOnly=yes ServerAliveCountMax=3 ServerAliveInterval=15 StrictHostKeyChecking=yes UserKnownHostsFile=known$/m,
  'Connect-Target winrm':
    /New-PSSession -ComputerName app01 -Port 1 -UseSSL -Authentication Kerberos -ConfigurationName Fettle -SessionOption New-PSSessionOption -OpenTimeout 7000 $/m,
};

/** Functions stand in for cmdlets of Windows and of vendors: some note how they are called, the others tell what is there. */
const SCRIPT = `$ErrorActionPreference = 'Stop'; $env:COMPUTERNAME = 'APP01'
  foreach ($file in Get-ChildItem activities/powershell/host-module/*.ps1) { . $file }
  . ./activities/powershell/dispatcher.ps1 -StartId 1
  Set-StrictMode -Off
  function Add-Note($Text) { $noted.Add($Text); $Text }
  foreach ($name in 'New-OwnFolder', 'Write-OwnFile', 'New-ScheduledTaskAction', 'New-ScheduledTaskPrincipal', 'New-ScheduledTaskSettingsSet', 'Register-ScheduledTask', 'Start-ScheduledTask', 'Unregister-ScheduledTask', 'Invoke-CimMethod', 'Set-VM', 'Remove-VMSnapshot', 'New-PSSessionOption') {
    Set-Item "function:$name" ([scriptblock]::Create("Add-Note ""$name \`$args"""))
  }
  function Checkpoint-VM { Add-Note "Checkpoint-VM $args"; throw 'No space.' }
  function New-PSSession($Options) { Add-Note "New-PSSession $args $($Options.Keys | Sort-Object | ForEach-Object { "$_=$($Options[$_])" })" }
  $there = @{ Name = 'fettle-there'; TaskName = 'fettle-there'; Status = 'Stopped'; DisplayName = 'app01'; InMaintenanceMode = $true; CheckpointType = 'Standard' }
  foreach ($name in 'Get-ScheduledTask', 'Get-TaskAction', 'Get-VMSnapshot', 'Wait-DiskMerge', 'Get-CimInstance', 'Get-Service', 'ConvertTo-ServiceFact', 'Get-MonitoredInstance', 'Get-SCOMClassInstance', 'Get-FettleMaintenance') {
    Set-Item "function:$name" { $there }
  }
  New-Module Hyper-V { function Get-VM { $there } } | Import-Module
  function Connect-Target($Transport) {
    $target = @{ transport = $Transport; address = 'app01'; port = 1; user = 'u'; keyFile = 'k'; knownHosts = 'known'; configuration = 'Fettle'; connectTimeoutMs = 7000 }
    Get-TargetSession @{ targetKey = $Transport; module = ''; moduleSha256 = '${sha256('')}'; target = $target }
  }
  function Get-Noted($Call) {
    $noted = [Collections.Generic.List[string]]::new()
    try { [void] (& ([scriptblock]::Create($Call))) } catch { $noted.Add("$_") }
    $noted -join "\`n"
  }
  $ends = @{}
  foreach ($call in '${Object.keys(DOES).join("', '")}') { $ends[$call] = (Get-Noted $call), (Get-Noted "$call -WhatIf") }
  # An installer that is read: without any task of ours, with one that runs, with one that has ended, and one that only reads.
  function Read-UpdateAgent { @{ busy = $false; rebootRequired = $false } }
  function Get-ItemProperty { }
  function Get-TaskState($Task) { @{ started = $true; ended = $Task.ended } }
  $read = @{}
  foreach ($tasks in 'none', 'fettle-runs', 'fettle-over', 'read-1') {
    function Get-ScheduledTask { if ($tasks -ne 'none') { [pscustomobject] @{ TaskName = $tasks; ended = $tasks -eq 'fettle-over' } } }
    $read[$tasks] = Get-FettleInstallerState
  }
  ConvertTo-Json -Compress -Depth 5 @{ ends = $ends; read = $read }`;

describe.skipIf(noRealShell !== null)(`on Windows${because(noRealShell)}`, () => {
  let ends: Record<string, [noted: string, withWhatIf: string]>;
  let read: Record<string, unknown>;
  beforeAll(() => {
    const args = ['-NoProfile', '-NonInteractive', '-Command', SCRIPT];
    const said = execFileSync(realShell() ?? '', args, { cwd: checkoutDir, encoding: 'utf8', input: '' });
    ({ ends, read } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { ends: typeof ends; read: typeof read });
  });

  test.each(Object.entries(DOES))('%s', (call, does) => {
    expect(ends[call]?.[0]).toMatch(does);
  });

  test('the installer is told with the update tasks of ours that run', () => {
    const quiet = { busy: false, servicing: false, rebootRequired: false, tasks: [] };
    expect(read).toEqual({
      none: quiet,
      'fettle-runs': { ...quiet, tasks: ['fettle-runs'] },
      'fettle-over': quiet,
      'read-1': quiet,
    });
  });

  const names = WINDOWS_MODULE.files.map((file) => basename(file, '.ps1'));
  const changing = names.filter((name) => /^(New|Remove|Restart|Start|Stop)-Fettle/.test(name));
  test.each(changing)('%s changes nothing with -WhatIf', (name) => {
    const call = Object.keys(DOES).find((one) => one.startsWith(name)) ?? '';
    expect(ends[call]?.[1]).toBe('');
  });
});
