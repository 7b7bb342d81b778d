import type { RecycleReason, ShellLog, ShellMetrics } from '../../activities/powershell/settings.ts';
import { NO_LOG } from './shells.ts';

/** Metrics and a log that keep what they are told. */
export interface Measured {
  metrics: ShellMetrics;
  log: ShellLog;
  calls: Parameters<ShellMetrics['called']>[0][];
  queueLengths: number[];
  sessionCounts: number[];
  /** Why sessions were replaced, in order. */
  recycles: RecycleReason[];
  /** Process ids of the sessions, in the order of their start. */
  pids: number[];
}

export function measured(): Measured {
  const calls: Measured['calls'] = [];
  const queueLengths: number[] = [];
  const sessionCounts: number[] = [];
  const recycles: RecycleReason[] = [];
  const pids: number[] = [];
  const metrics: ShellMetrics = {
    called: (measures) => void calls.push(measures),
    queued: (length) => void queueLengths.push(length),
    sessions: (count) => void sessionCounts.push(count),
    recycled: (reason) => void recycles.push(reason),
  };
  const log: ShellLog = {
    ...NO_LOG,
    info: (message, fields) => void (message === 'PowerShell session started' && pids.push(Number(fields?.['pid']))),
  };
  return { metrics, log, calls, queueLengths, sessionCounts, recycles, pids };
}
