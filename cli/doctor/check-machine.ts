import { cachedCli } from '../../lab/temporal/cache.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import { findExecutable } from '../../workers/find-executable.ts';
import type { Environment } from '../../workers/config.ts';
import { createLog } from '../../workers/log.ts';
import { chooseShell, NoPowerShell } from '../../workers/shell.ts';
import { bad, good, note, type Finding } from './finding.ts';

const NODE_FLOOR = [20, 19] as const;
const PWSH_FLOOR = [7, 5] as const;

/** Node's version against `engines` of package.json. */
export function checkNode(version: string): Finding {
  const text = `Node ${version}`;
  if (atLeast(version, NODE_FLOOR)) return good('Node', text);
  return bad('Node', `${text} is too old`, {
    mend: `Install Node ${NODE_FLOOR.join('.')} or later: https://nodejs.org`,
  });
}

/** The program that the lab's server runs from. Its absence only costs a download. */
export async function checkTemporalCli(environment: Environment): Promise<Finding> {
  const check = 'Temporal CLI (for the lab)';
  const found =
    environment.temporalCli ??
    (await findExecutable('temporal', environment.searchPath)) ??
    (await cachedCli(environment.cacheDir));
  if (found !== null) return good(check, found);
  return note(check, 'not on this machine: the first `npx fettle lab up` or `npx fettle demo` downloads it', {
    mend: 'Nothing to do with a connection to the internet; without one set TEMPORAL_CLI_PATH to the program.',
  });
}

/** PowerShell on this machine, as a worker here would choose and start it. */
export async function checkPowerShell(environment: Environment): Promise<Finding> {
  const check = 'PowerShell';
  const log = createLog({ level: 'silent', readable: false });
  try {
    const shell = await chooseShell({ environment, plant: PLANT_SHELL, log });
    try {
      return powerShellFinding(await shell.version(), shell.simulated);
    } finally {
      await shell.close();
    }
  } catch (error) {
    if (error instanceof NoPowerShell) {
      return note(check, 'none here; the lab uses its simulated shell, and a worker for real hosts would not start', {
        mend: 'On machines that run `npx fettle worker`: install PowerShell 7.5 or later (https://aka.ms/powershell), or set FETTLE_PWSH.',
      });
    }
    const reason = error instanceof Error ? error.message : String(error);
    return bad(check, `does not start: ${reason}`, { mend: 'Run it by hand, or set FETTLE_PWSH to another one.' });
  }
}

/** A version that workers may use; a simulated shell says so in its version. */
export function powerShellFinding(version: string, simulated: string[]): Finding {
  const text = `PowerShell ${version}${simulated.length > 0 ? `, simulated: ${simulated.join(', ')}` : ''}`;
  if (!atLeast(version, PWSH_FLOOR)) {
    return bad('PowerShell', `${text} is too old`, {
      mend: 'Install PowerShell 7.5 or later: https://aka.ms/powershell',
    });
  }
  return simulated.length > 0 ? note('PowerShell', text) : good('PowerShell', text);
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
