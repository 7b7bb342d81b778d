import Table from 'cli-table3';
import type { PowerShellReport, RealReport } from './powershell.ts';
import type { Spread } from './statistics.ts';

/** The aims of the boundary that can be judged on any machine, since both sides come from one run. */
const AIM_POOL_MS = 1;
const AIM_PLAIN_THROUGH_WARM = 100;
const AIM_ONCE_THROUGH_WARM = 150;

/** The report for a person. */
export function reportText(report: PowerShellReport): string {
  const { shell, real, overhead, throughput, queue, redaction } = report;
  const { answerMs, manyThroughOne } = redaction;
  const times = table(
    ['', 'times', 'p50 ms', 'p95 ms'],
    [
      ...realRows(real),
      row('a call through the pool, no pauses', overhead.call),
      row('the same line straight to a session', overhead.straight),
    ],
  );
  const pools = table(
    ['pool of', 'calls/s', 'through pool of 1'],
    throughput.map(({ sessions, callsPerSecond, ratio }) => [sessions, callsPerSecond.toFixed(0), ratio.toFixed(2)]),
  );
  return [
    `${shell.executable}, version ${shell.version}, ${shell.cores} cores`,
    times,
    ...realText(real),
    `The pool adds ${overhead.poolMs.toFixed(2)} ms to a straight line at p50 (aim: under ${AIM_POOL_MS}; ${judged(overhead.poolMs < AIM_POOL_MS)}): checks of parameters, secrets and result, the queue, timers, redaction.`,
    pools,
    `Queue: ${queue.callers} callers on ${queue.sessions} sessions got ${queue.fewest} to ${queue.most} calls each, fairness ${queue.fairness.toFixed(3)} of 1; of 100 calls at once ${queue.overtaken} were overtaken.`,
    `Redaction of an answer of 10,000 values: ${each(answerMs.map(({ secrets, p50 }) => [`${secrets} known`, p50]))}, ratio ${manyThroughOne.toFixed(1)}.`,
  ].join('\n');
}

function realRows({ plain, warm, remote }: RealReport): (string | number)[][] {
  const here = [row('pwsh -NoProfile -Command 1', plain), row('a call through the pool, with pauses', warm)];
  if (!remote) return here;
  return [
    ...here,
    row('over SSH: open, run, close', remote.openRunClose),
    row('over SSH: a call in the open session, with pauses', remote.warm),
    row('over SSH: calls to 4 hosts', remote.healthy.alone),
    row('over SSH: the same beside 8 silent hosts', remote.healthy.besideSilent),
  ];
}

function realText({ plainThroughWarm, remote, memory }: RealReport): string[] {
  const lines = [against('A warm call', plainThroughWarm, 'a plain process', AIM_PLAIN_THROUGH_WARM)];
  if (remote) {
    const { openRunCloseThroughWarm, healthy, atOnce, oneAloneMs } = remote;
    const { alone, besideSilent } = atOnce;
    lines.push(
      against('Over SSH it', openRunCloseThroughWarm, 'open, run, close', AIM_ONCE_THROUGH_WARM),
      `Beside 8 silent hosts a call to a healthy one takes ${healthy.ratio.toFixed(2)} times as long at p50 (aim: 1).`,
      `29 hosts at once: the first result after ${seconds(alone.firstMs)}, the last after ${seconds(alone.lastMs)}; beside a silent host ${seconds(besideSilent.firstMs)} and ${seconds(besideSilent.lastMs)}. One host alone: ${seconds(oneAloneMs)}.`,
    );
  }
  if (memory) {
    const { calls, workerMib, sessionMib, workerGrowth, sessionGrowth } = memory;
    lines.push(
      `Memory over ${calls} mixed calls, MiB: this process ${workerMib.join(' ')}, the session ${sessionMib.join(' ')}; the last half added ${workerGrowth.toFixed(1)} and ${sessionGrowth.toFixed(1)} for each thousand calls.`,
    );
  }
  return lines;
}

function against(what: string, ratio: number, other: string, aim: number): string {
  return `${what} is ${ratio.toFixed(0)} times as fast as ${other} (aim: ${aim}; ${judged(ratio >= aim)}).`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
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
