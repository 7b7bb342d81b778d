import { availableParallelism, homedir, tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../model/problems.ts';
import { checkoutDir } from './checkout.ts';

/** What the environment says, parsed. This file is the one reader of `process.env`. */
export interface Environment {
  /** Folder of the organisation's YAML files, absolute. */
  configDir: string;
  /** `FETTLE_PWSH`: the PowerShell to use instead of the one on PATH. */
  pwsh: string | null;
  /** `FETTLE_PWSH_SESSIONS`: PowerShell processes at most; the number of cores when it is not set, two at least. */
  pwshSessions: number;
  /** `FETTLE_PLANT_URL`: base address of a simulated plant that stands in for the hosts. */
  plantUrl: string | null;
  logLevel: LogLevel;
  /** `FETTLE_METRICS`: where a worker serves its metrics to Prometheus; nowhere when it is not set. */
  metricsAddress: string | null;
  /** The user's cache folder for what Fettle downloads and for the records of running labs. */
  cacheDir: string;
  /** `TEMPORAL_CLI_PATH`: the Temporal binary to use before all others. */
  temporalCli: string | null;
  /** Folders in which programs are looked for. */
  searchPath: string[];
  /** Whether an address, a profile or a configuration file for Temporal is named by the environment. */
  temporalConfigured: boolean;
  /** All variables, for parts that hand them on: Temporal's envconfig and the PowerShell session. */
  variables: Readonly<Record<string, string>>;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment cannot be used: every problem at once, so that one correction is enough. */
export class InvalidEnvironment extends Error {
  readonly type = 'InvalidInput';
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(`The environment is not right: ${problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}.`);
    this.name = 'InvalidEnvironment';
    this.problems = problems;
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  FETTLE_CONFIG: 'the path of a folder, such as ./config',
  FETTLE_PWSH: 'the path of PowerShell 7.5 or later, such as /usr/bin/pwsh',
  FETTLE_PWSH_SESSIONS: 'a whole number from 1 to 64, such as the number of cores',
  FETTLE_PLANT_URL: 'an address such as http://127.0.0.1:8080',
  FETTLE_LOG_LEVEL: LOG_LEVELS.join(', '),
  FETTLE_METRICS: 'an address and a port such as 127.0.0.1:9464',
  FETTLE_CACHE: 'the path of a folder that you may write to',
  TEMPORAL_CLI_PATH: 'the path of the `temporal` program',
};

const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http address' });
/** Each takes 150 to 400 MB: a number beyond this is a slip of the finger. */
const MOST_SESSIONS = 64;
/** A variable that is set to nothing counts as not set: compose files and CI systems write such. */
const text = z.string().trim();
const sessions = z.coerce
  .number({ error: 'is no number' })
  .int('is no whole number')
  .min(1, 'is less than 1')
  .max(MOST_SESSIONS, `is more than ${MOST_SESSIONS}`);
const schema = z.object({
  FETTLE_CONFIG: text.optional(),
  FETTLE_PWSH: text.optional(),
  FETTLE_PWSH_SESSIONS: sessions.optional(),
  FETTLE_PLANT_URL: httpUrl.optional(),
  FETTLE_LOG_LEVEL: z.enum(LOG_LEVELS, { error: 'is no log level' }).optional(),
  FETTLE_METRICS: text
    .regex(/^(\d{1,3}(\.\d{1,3}){3}|\[[0-9A-Fa-f:]+\]):\d{1,5}$/, 'is no address with a port')
    .optional(),
  FETTLE_CACHE: text.optional(),
  TEMPORAL_CLI_PATH: text.optional(),
});

/**
 * Reads and checks the environment.
 * @throws {InvalidEnvironment} with every variable that is wrong.
 */
export function readEnvironment(
  source: Variables = process.env,
  platform: NodeJS.Platform = process.platform,
): Environment {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(source))
    if (value !== undefined && value.trim() !== '') variables[name] = value;
  const parsed = schema.safeParse(variables);
  if (!parsed.success) throw new InvalidEnvironment(parsed.error.issues.map(problemOf));
  const set = parsed.data;
  return {
    configDir: set.FETTLE_CONFIG === undefined ? join(checkoutDir, 'config') : resolve(set.FETTLE_CONFIG),
    pwsh: set.FETTLE_PWSH ?? null,
    pwshSessions: set.FETTLE_PWSH_SESSIONS ?? Math.max(2, availableParallelism()),
    plantUrl: set.FETTLE_PLANT_URL?.replace(/\/+$/, '') ?? null,
    logLevel: set.FETTLE_LOG_LEVEL ?? 'info',
    metricsAddress: set.FETTLE_METRICS ?? null,
    cacheDir: set.FETTLE_CACHE === undefined ? userCacheDir(variables, platform) : resolve(set.FETTLE_CACHE),
    temporalCli: set.TEMPORAL_CLI_PATH ?? null,
    searchPath: (variables['PATH'] ?? variables['Path'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    temporalConfigured: ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
      (name) => name in variables,
    ),
    variables,
  };
}

function problemOf({ path, message }: z.core.$ZodIssue): Problem {
  const name = String(path[0] ?? '');
  return { path: name, message, expected: EXPECTED[name] ?? 'a text' };
}

/** The folder where this platform keeps what can be fetched again (XDG Base Directory, Known Folders, File System Basics). */
function userCacheDir(variables: Variables, platform: NodeJS.Platform): string {
  const home = variables['HOME'] ?? variables['USERPROFILE'] ?? homedir();
  if (home === '' || home === '/nonexistent') return join(tmpdir(), 'fettle');
  if (platform === 'win32') return join(variables['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'fettle');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'fettle');
  return join(variables['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'fettle');
}
