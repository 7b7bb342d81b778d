import type { CallMeasures, RecycleReason, ShellMetrics } from '../../activities/powershell/shell-metrics.ts';

/** Metrics that keep what they are told. */
export interface Measured extends ShellMetrics {
  calls: CallMeasures[];
  queueLengths: number[];
  sessionCounts: number[];
  recycles: RecycleReason[];
}

export function measured(): Measured {
  const kept: Pick<Measured, 'calls' | 'queueLengths' | 'sessionCounts' | 'recycles'> = {
    calls: [],
    queueLengths: [],
    sessionCounts: [],
    recycles: [],
  };
  return {
    ...kept,
    called: (measures) => void kept.calls.push(measures),
    queued: (length) => void kept.queueLengths.push(length),
    sessions: (count) => void kept.sessionCounts.push(count),
    recycled: (reason) => void kept.recycles.push(reason),
  };
}
