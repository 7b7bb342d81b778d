import type { CallOutcome } from './shell.ts';

/** Why a session was given up. `idle`: nobody needed it; `ended`: it was found dead between two calls; `protocol`: its output could not be trusted. */
export type RecycleReason =
  'calls' | 'memory' | 'idle' | 'timeout' | 'cancelled' | 'died' | 'flooded' | 'protocol' | 'ended';

export interface CallMeasures {
  script: string;
  outcome: CallOutcome<unknown>['kind'];
  /** From the call to its outcome, the wait for a session included, in milliseconds. */
  totalMs: number;
  /** The wait for a session alone. */
  waitedMs: number;
}

/** Takes what the pool measures. Workers make Temporal metrics of it. */
export interface ShellMetrics {
  called(measures: CallMeasures): void;
  /** Calls that wait for a session, whenever their number changes. */
  queued(length: number): void;
  /** Running PowerShell processes, whenever their number changes. */
  sessions(count: number): void;
  recycled(reason: RecycleReason): void;
}

const ignore = (): void => undefined;
export const NO_METRICS: ShellMetrics = { called: ignore, queued: ignore, sessions: ignore, recycled: ignore };
