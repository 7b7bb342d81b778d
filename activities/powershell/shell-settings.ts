import type { HostModule } from './host-modules.ts';
import type { Pins } from './pins/pins.ts';
import type { ShellMetrics } from './shell-metrics.ts';

/** Fits the activity's log as well as pino behind a small adapter. */
export interface ShellLog {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

/** Where the pool draws its lines; what is left out is as POOL_LIMITS says. */
export interface PoolLimits {
  /**
   * After this many a session is replaced. Its memory grows from 145 to 226 MB over 2,000 calls and stays flat from there, and
   * `memoryBytes` bounds it anyway: this bounds whatever else may pile up.
   */
  callsPerSession: number;
  /** Resident memory after a call above which the session is replaced, in bytes; also that of a session on a target. */
  memoryBytes: number;
  /** Calls that may take longer than this, in milliseconds, leave one session to the others, where there are two. */
  longCallMs: number;
  /**
   * After so long without a call, in milliseconds, it is looked at first whether a target still answers, and its session is asked
   * something empty: what runs in a session of a host that went down would be lost only after a minute.
   */
  askAfterMs: number;
  /** A session that nobody needs for so long is ended, in milliseconds: its connections keep an administrator's shell open on every target. */
  idleMs: number;
  /** Upper bound for the start of a process, in milliseconds. */
  startMs: number;
  /** How long running calls may go on when the shell is closed, in milliseconds. */
  graceMs: number;
}

export const POOL_LIMITS: PoolLimits = {
  callsPerSession: 5_000,
  memoryBytes: 400 * 1024 * 1024,
  longCallMs: 5 * 60_000,
  askAfterMs: 10_000,
  idleMs: 15 * 60_000,
  startMs: 30_000,
  graceMs: 5_000,
};

export interface ShellSettings {
  /** Path or name of `pwsh`, or the path of the simulated shell. */
  executable: string;
  simulatedShell: boolean;
  /** What the scripts' verbs act on: real Windows hosts, or the plant at FETTLE_PLANT_URL in `environment`. */
  hostModule: HostModule;
  /** Where the plant's scripts run: here, whatever the inventory says of remoting, or on the targets that it describes. Here by default. */
  plantReached?: 'here' | 'on-targets';
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
