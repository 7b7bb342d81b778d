import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { HostConnection } from '../model/inventory.ts';
import { spread, timeEach, type Spread } from './statistics.ts';

const run = promisify(execFile);
const PLAIN = ['-NoProfile', '-NonInteractive', '-Command'];

/** What whoever does without the boundary pays for a call on this machine: a process that does nothing. Milliseconds. */
export async function plainProcess(pwsh: string, times: number): Promise<Spread> {
  return spread(await timeEach(times, () => run(pwsh, [...PLAIN, '1'])));
}

/** And for one over SSH: a session, the least that can be done in it, its end; in a process that runs already. Milliseconds. */
export async function openRunClose(pwsh: string, target: HostConnection, times: number): Promise<Spread> {
  const { address, port, user = '', keyFile = '', knownHosts = '' } = target;
  const script = `$ErrorActionPreference = 'Stop'
    foreach ($turn in 1..${times}) {
      $took = [Diagnostics.Stopwatch]::StartNew()
      $session = New-PSSession -HostName '${address}' -Port ${port} -UserName '${user}' -KeyFilePath '${keyFile.replace('file:', '')}' -Options @{ UserKnownHostsFile = '${knownHosts}'; StrictHostKeyChecking = 'yes' }
      if ((Invoke-Command -Session $session -ScriptBlock { 1 }) -ne 1) { throw 'It did not run.' }
      Remove-PSSession $session
      $took.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)
    }`;
  const { stdout } = await run(pwsh, [...PLAIN, script]);
  const taken = stdout.trim().split('\n').map(Number);
  if (taken.length !== times || taken.some(Number.isNaN)) throw new Error(`Nothing was measured: ${stdout}`);
  return spread(taken);
}
