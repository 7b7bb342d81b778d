import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pins } from './pins.ts';

/** Fits the activity's log as well as pino behind a small adapter. */
export type ShellLog = Record<'debug' | 'info' | 'warn', (message: string, fields?: Record<string, unknown>) => void>;

/** Where the pool draws its lines. Times in milliseconds. */
export const POOL_LIMITS = {
  /** After so many calls a session is replaced: `memoryBytes` bounds its memory, this whatever else may pile up. */
  callsPerSession: 5_000,
  /** Resident memory after a call above which the session is replaced. */
  memoryBytes: 400 * 1024 * 1024,
  /** Calls that may take longer than this leave one session to the others, where there are two. */
  longCallMs: 5 * 60_000,
  /**
   * After so long without a call it is looked at first whether a target still answers, and its session is asked something empty: what
   * runs in a session of a host that went down would be lost only after a minute.
   */
  askAfterMs: 10_000,
  /** A session that nobody needs for so long is ended: its connections keep an administrator's shell open on every target. */
  idleMs: 15 * 60_000,
  /** Upper bound for the start of a process. */
  startMs: 30_000,
  /** How long running calls may go on when the shell is closed. */
  graceMs: 5_000,
};
export type PoolLimits = typeof POOL_LIMITS;

/** Functions that scripts call, a file each: what touches a host stands there. */
export interface HostModule {
  name: 'windows' | 'plant';
  /** In the order in which the dispatcher joins them (docs/decisions/0016). */
  files: readonly string[];
  /** Its scripts run in the worker's own PowerShell, whatever the inventory says of remoting. */
  here: boolean;
}

/** The host module in a folder; what a script may see of it is said last. */
export function hostModuleIn(name: HostModule['name'], folder: URL): HostModule {
  const functions = readdirSync(folder).filter((file) => file.endsWith('.ps1'));
  const paths = functions.toSorted().map((file) => join(fileURLToPath(folder), file));
  return {
    name,
    files: [...paths, fileURLToPath(new URL('./host-module-exports.ps1', import.meta.url))],
    here: name === 'plant',
  };
}

export const WINDOWS_MODULE = hostModuleIn('windows', new URL('./host-module/', import.meta.url));

export interface ShellSettings {
  /** Path or name of `pwsh`. */
  executable: string;
  /** What the scripts' verbs act on: real Windows hosts, or the plant at FETTLE_PLANT_URL in `environment`. */
  hostModule: HostModule;
  /** The worker's environment: `env:NAME` references are looked up in it, and PowerShell gets what it needs of it. */
  environment: Readonly<Record<string, string | undefined>>;
  log: ShellLog;
  /** PowerShell processes at most; 1 by default. They start when they are needed. */
  sessions?: number;
  limits?: Partial<PoolLimits>;
  metrics?: ShellMetrics;
  /** What may run; the manifest of this checkout, read when the shell is opened, when left out. */
  pins?: Pins;
}

/** Why a session was given up. `idle`: nobody needed it; `ended`: it was found dead between two calls; `protocol`: its output could not be trusted. */
export type RecycleReason =
  'calls' | 'memory' | 'idle' | 'timeout' | 'cancelled' | 'died' | 'flooded' | 'protocol' | 'ended';

/** Takes what the pool measures, times in milliseconds. Workers make Temporal metrics of it. */
export interface ShellMetrics {
  /** `outcome` is its kind, of a refusal its failure type; `totalMs` includes the wait for a session, `waitedMs`. */
  called(call: { script: string; outcome: string; totalMs: number; waitedMs: number }): void;
  /** Calls that wait for a session, whenever their number changes. */
  queued(length: number): void;
  /** Running PowerShell processes, whenever their number changes. */
  sessions(count: number): void;
  recycled(reason: RecycleReason): void;
}

const ignore = (): void => undefined;
export const NO_METRICS: ShellMetrics = { called: ignore, queued: ignore, sessions: ignore, recycled: ignore };
