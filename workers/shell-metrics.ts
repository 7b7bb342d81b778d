import { Runtime } from '@temporalio/worker';
import type { MetricMeter } from '@temporalio/common';
import type { ShellMetrics } from '../activities/powershell/settings.ts';

/**
 * What the pool of PowerShell sessions measures, as Temporal metrics beside the SDK's own.
 * @param meter that of Temporal's runtime when left out; the runtime must have been installed.
 */
export function temporalShellMetrics(meter: MetricMeter = Runtime.instance().metricMeter): ShellMetrics {
  const calls = meter.createCounter('fettle_powershell_calls', '1', 'Calls by outcome');
  const latency = meter.createHistogram(
    'fettle_powershell_call_latency',
    'int',
    'ms',
    'From the call to its outcome, the wait for a session included',
  );
  const wait = meter.createHistogram('fettle_powershell_queue_latency', 'int', 'ms', 'Wait for a session');
  const queue = meter.createGauge('fettle_powershell_queue_length', 'int', '1', 'Calls that wait for a session');
  const sessions = meter.createGauge('fettle_powershell_sessions', 'int', '1', 'Running PowerShell processes');
  const recycles = meter.createCounter('fettle_powershell_recycles', '1', 'Sessions replaced, by reason');
  return {
    called: ({ script, outcome, totalMs, waitedMs }) => {
      calls.add(1, { script, outcome });
      latency.record(Math.round(totalMs), { script, outcome });
      wait.record(Math.round(waitedMs));
    },
    queued: (length) => queue.set(length),
    sessions: (count) => sessions.set(count),
    recycled: (reason) => recycles.add(1, { reason }),
  };
}
