import { openShell } from '../activities/powershell/pool.ts';
import {
  WINDOWS_MODULE,
  type HostModule,
  type ShellLog,
  type ShellMetrics,
} from '../activities/powershell/settings.ts';
import type { Shell } from '../activities/powershell/shell.ts';
import type { Environment } from './config.ts';
import { findExecutable, isExecutable } from './find-executable.ts';
import type { Log } from './log.ts';

/** What the lab has for the hosts of a plant. */
export interface PlantShell {
  hostModule: HostModule;
  /** Opens what stands in for PowerShell where there is none. */
  simulated(settings: { plantUrl: string; environment: Readonly<Record<string, string | undefined>> }): Shell;
}

export interface ShellChoice {
  environment: Pick<Environment, 'pwsh' | 'pwshSessions' | 'plantUrl' | 'searchPath' | 'variables'>;
  /** The lab and the command line hand it in. */
  plant: PlantShell;
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
export async function chooseShell({ environment, plant, metrics, log }: ShellChoice): Promise<Shell> {
  const { pwsh, pwshSessions, plantUrl, searchPath, variables } = environment;
  if (pwsh !== null && !(await isExecutable(pwsh))) {
    throw new UnusablePowerShell(
      `FETTLE_PWSH names ${pwsh}, which is no program that this user may run: correct it or unset it.`,
    );
  }
  const real = pwsh ?? (await findExecutable('pwsh', searchPath));
  if (real === null) {
    if (plantUrl === null) throw new NoPowerShell(searchPath.length);
    return plant.simulated({ plantUrl, environment: variables });
  }
  return openShell({
    executable: real,
    hostModule: plantUrl === null ? WINDOWS_MODULE : plant.hostModule,
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
