import { Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../lab/temporal/ports.ts';
import { createLog, installRuntime } from '../../workers/log.ts';
import { temporalShellMetrics } from '../../workers/shell-metrics.ts';

let address: string;

beforeAll(async () => {
  // The exporter cannot be asked which port it took.
  address = `127.0.0.1:${(await freePorts(1))[0]}`;
  installRuntime(createLog({ level: 'silent', readable: false }), address);
});
afterAll(() => Runtime.instance().shutdown());

test('what the pool measures is served to Prometheus', async () => {
  const metrics = temporalShellMetrics();
  metrics.called({ script: 'Get-HostState', outcome: 'result', totalMs: 12.3, waitedMs: 0.2 });
  metrics.called({ script: 'Get-HostState', outcome: 'timeout', totalMs: 60_000, waitedMs: 4 });
  metrics.queued(7);
  metrics.sessions(2);
  metrics.recycled('timeout');

  const scrape = async (): Promise<string> => (await fetch(`http://${address}/metrics`)).text();
  await expect.poll(scrape).toMatch(/^fettle_powershell_recycles(_total)?\{[^}]*reason="timeout"[^}]*\} 1$/m);
  const text = await scrape();
  expect(text).toMatch(/^fettle_powershell_calls(_total)?\{[^}]*outcome="result"[^}]*\} 1$/m);
  expect(text).toMatch(/^fettle_powershell_queue_length(\{[^}]*\})? 7$/m);
  expect(text).toMatch(/^fettle_powershell_sessions(\{[^}]*\})? 2$/m);
  expect(text).toMatch(/^fettle_powershell_call_latency\w*_count\{[^}]*outcome="timeout"[^}]*\} 1$/m);
});
