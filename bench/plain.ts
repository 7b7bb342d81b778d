import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WINDOWS_MODULE } from '../activities/powershell/settings.ts';
import type { HostConnection } from '../model/inventory.ts';
import { TEST_CALL, timePaused } from './shells.ts';
import { spread, type Spread } from './statistics.ts';

const run = promisify(execFile);
const PLAIN = ['-NoProfile', '-NonInteractive', '-Command'];
const RUNNER = fileURLToPath(new URL('../activities/powershell/runner.psm1', import.meta.url));

/** What whoever does without the boundary pays for a call on this machine: a process that does nothing. */
export async function plainProcess(pwsh: string, times: number): Promise<Spread> {
  return spread(await timePaused(times, () => run(pwsh, [...PLAIN, '1'])));
}

/** And for one over SSH: a session, in it runner, host module and the same call, and its end; in a process that runs already. */
export async function openRunClose(pwsh: string, target: HostConnection, times: number): Promise<Spread> {
  const { address, port, user = '', keyFile = '', knownHosts = '' } = target;
  const script = `$ErrorActionPreference = 'Stop'
    $load = { param($name, $text) $block = [scriptblock]::Create($text); New-Module -Name $name -ScriptBlock $block | Import-Module -Global }
    $runner = [IO.File]::ReadAllText('${RUNNER}')
    $module = (@(${WINDOWS_MODULE.files.map((file) => `'${file}'`).join(', ')}) | ForEach-Object { [IO.File]::ReadAllText($_) }) -join "\`n"
    foreach ($turn in 1..${times}) {
      $took = [Diagnostics.Stopwatch]::StartNew()
      $session = New-PSSession -HostName '${address}' -Port ${port} -UserName '${user}' -KeyFilePath '${keyFile.replace('file:', '')}' -Options @{ UserKnownHostsFile = '${knownHosts}'; StrictHostKeyChecking = 'yes' }
      Invoke-Command -Session $session -ScriptBlock $load -ArgumentList 'Fettle.Runner', $runner
      Invoke-Command -Session $session -ScriptBlock $load -ArgumentList 'Fettle.Host', $module
      $code = [IO.File]::ReadAllText('${fileURLToPath(TEST_CALL.file ?? '')}')
      $said = Invoke-Command -Session $session -ArgumentList $code, @{ Kind = 'echo'; Value = 1 } -ScriptBlock { param($c, $p); Invoke-FettleScript -Code $c -Parameter $p }
      if (-not ($said | ConvertFrom-Json).ok) { throw 'It did not run.' }
      Remove-PSSession $session
      $took.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)
    }`;
  const { stdout } = await run(pwsh, [...PLAIN, script]);
  const taken = stdout.trim().split('\n').map(Number);
  if (taken.length !== times || taken.some(Number.isNaN)) throw new Error(`Nothing was measured: ${stdout}`);
  return spread(taken);
}
