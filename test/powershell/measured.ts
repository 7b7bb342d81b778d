import type { RecycleReason, ShellLog, ShellMetrics } from '../../activities/powershell/settings.ts';
import { NO_LOG } from './shells.ts';

export type Measured = ReturnType<typeof measured>;

/** Metrics and a log that keep what they are told, in order. */
export function measured() {
  const calls: Parameters<ShellMetrics['called']>[0][] = [];
  const queueLengths: number[] = [];
  const sessionCounts: number[] = [];
  /** Why sessions were replaced. */
  const recycles: RecycleReason[] = [];
  /** Process ids of the sessions. */
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
