import { openShell } from '../activities/powershell/open-shell.ts';
import type { ShellMetrics } from '../activities/powershell/shell-metrics.ts';
import type { ShellLog } from '../activities/powershell/shell-settings.ts';
import type { Shell } from '../activities/powershell/shell.ts';
import type { Environment } from './config.ts';
import { findExecutable, isExecutable } from './find-executable.ts';
import type { Log } from './log.ts';

export interface ShellChoice {
  environment: Pick<Environment, 'pwsh' | 'pwshSessions' | 'plantUrl' | 'searchPath' | 'variables'>;
  /** Executable of the simulated shell; the lab and the command line hand it in. */
  simulatedShell: string;
  /** Takes what the sessions measure; nobody when left out. */
  metrics?: ShellMetrics;
  log: Log;
}

/** The PowerShell that a worker needs cannot be used as things are set; the message says what to change. */
export class UnusablePowerShell extends Error {
  override name = 'UnusablePowerShell';
}

/** No PowerShell, and real hosts to work on. */
export class NoPowerShell extends UnusablePowerShell {
  override name = 'NoPowerShell';

  constructor(searched: number) {
    super(
      `No PowerShell: FETTLE_PWSH is not set, and \`pwsh\` is in none of the ${searched} folders of PATH. ` +
        'Install PowerShell 7.5 or later (https://aka.ms/powershell), or set FETTLE_PWSH to its file. ' +
        'A simulated shell serves simulated hosts only: set FETTLE_PLANT_URL to a plant for that.',
    );
  }
}

/**
 * Opens the shell that the design names first: FETTLE_PWSH, `pwsh` on PATH, and only for a simulated plant the simulated one.
 * It works on the plant at FETTLE_PLANT_URL where that is set, and on Windows hosts otherwise.
 * @throws {NoPowerShell} when there is none for real hosts.
 * @throws {UnusablePowerShell} when FETTLE_PWSH names no program.
 */
export async function chooseShell({ environment, simulatedShell, metrics, log }: ShellChoice): Promise<Shell> {
  const { pwsh, pwshSessions, plantUrl, searchPath, variables } = environment;
  if (pwsh !== null && !(await isExecutable(pwsh))) {
    throw new UnusablePowerShell(
      `FETTLE_PWSH names ${pwsh}, which is no program that this user may run: correct it or unset it.`,
    );
  }
  const real = pwsh ?? (await findExecutable('pwsh', searchPath));
  if (real === null && plantUrl === null) throw new NoPowerShell(searchPath.length);
  return openShell({
    executable: real ?? simulatedShell,
    simulatedShell: real === null,
    hostModule: plantUrl === null ? 'windows' : 'plant',
    environment: plantUrl === null ? variables : { ...variables, FETTLE_PLANT_URL: plantUrl },
    sessions: pwshSessions,
    log: shellLog(log),
    ...(metrics === undefined ? {} : { metrics }),
  });
}

/** The log in the shape in which activities write it. */
export function shellLog(log: Log): ShellLog {
  return {
    debug: (message, fields = {}) => log.debug(fields, message),
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
  };
}
