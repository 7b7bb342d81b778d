import Table from 'cli-table3';
import type { PowerShellReport } from './powershell.ts';
import type { Spread } from './statistics.ts';

/** The aims of the boundary that can be judged on any machine, since both sides come from one run. */
const AIM_POOL_MS = 1;
const AIM_COLD_THROUGH_WARM = 50;

/** The report for a person. */
export function reportText(report: PowerShellReport): string {
  const { shell, cold, coldThroughWarm, overhead, throughput, queue, redaction } = report;
  const { answerMs, manyThroughOne } = redaction;
  const what = shell.simulated ? 'simulated shell: its times say nothing about PowerShell' : 'real PowerShell';
  const times = table(
    ['', 'calls', 'p50 ms', 'p95 ms'],
    [
      row('cold: a process for each call', cold),
      row('warm: a call through the pool', overhead.call),
      row('the same line straight to a session', overhead.straight),
    ],
  );
  const pools = table(
    ['pool of', 'calls/s', 'through pool of 1'],
    throughput.map(({ sessions, callsPerSecond, ratio }) => [sessions, callsPerSecond.toFixed(0), ratio.toFixed(2)]),
  );
  const aim = shell.simulated ? 'the aim is for a real shell' : judged(coldThroughWarm >= AIM_COLD_THROUGH_WARM);
  return [
    `${shell.executable}, version ${shell.version} (${what}), ${shell.cores} cores`,
    times,
    `Warm is ${coldThroughWarm.toFixed(0)} times as fast as cold (aim: ${AIM_COLD_THROUGH_WARM}; ${aim}).`,
    `The pool adds ${overhead.poolMs.toFixed(2)} ms to a straight line at p50 (aim: under ${AIM_POOL_MS}; ${judged(overhead.poolMs < AIM_POOL_MS)}): checks of parameters, secrets and result, the queue, timers, redaction.`,
    pools,
    `Queue: ${queue.callers} callers on ${queue.sessions} sessions got ${queue.fewest} to ${queue.most} calls each, fairness ${queue.fairness.toFixed(3)} of 1; of 100 calls at once ${queue.overtaken} were overtaken.`,
    `Redaction of an answer of 10,000 values: ${each(answerMs.map(({ secrets, p50 }) => [`${secrets} known`, p50]))}, ratio ${manyThroughOne.toFixed(1)}.`,
  ].join('\n');
}

function each(measured: [string, number][]): string {
  return measured.map(([what, milliseconds]) => `${milliseconds.toFixed(1)} ms with ${what}`).join(', ');
}

function row(name: string, { count, p50, p95 }: Spread): (string | number)[] {
  return [name, count, p50.toFixed(2), p95.toFixed(2)];
}

function judged(met: boolean): string {
  return met ? 'met' : 'not met';
}

function table(head: string[], rows: (string | number)[][]): string {
  const made = new Table({ head, style: { head: [], border: [] } });
  made.push(...rows);
  return made.toString();
}
