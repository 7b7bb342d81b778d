import { availableParallelism } from 'node:os';
import { openShell } from '../activities/powershell/open-shell.ts';
import type { ShellSettings } from '../activities/powershell/shell-settings.ts';
import type { Shell } from '../activities/powershell/shell.ts';
import { measureOverhead, type Overhead } from './overhead.ts';
import { benchRedaction, type RedactionReport } from './redaction.ts';
import { callOnce, measuredShell, withPool } from './shells.ts';
import { fairness, round, spread, time, timeEach, type Spread } from './statistics.ts';

const COLD_CALLS = 8;
const ROUNDS = 300;
const CALLS = 400;
const CALLERS = 8;
const POOLS = [1, 2, 4];

export interface PowerShellReport {
  shell: { executable: string; version: string; simulated: boolean; cores: number };
  /** A process for each call: start, dispatcher, one call, end. Milliseconds. */
  cold: Spread;
  warm: Spread;
  /** p50 of cold through p50 of warm. */
  coldThroughWarm: number;
  overhead: Overhead;
  throughput: { sessions: number; callsPerSecond: number; /** Through that of one session. */ ratio: number }[];
  queue: QueueReport;
  redaction: RedactionReport;
}

interface QueueReport {
  callers: number;
  sessions: number;
  /** Calls of each caller within the same time. */
  fewest: number;
  most: number;
  /** Jain's index over the callers: 1 when all got the same. */
  fairness: number;
  /** Calls that were answered before one that had been queued earlier, in a pool of one. */
  overtaken: number;
}

/** The PowerShell boundary: cold against warm, what the pool costs, and how it shares out. Takes half a minute to a minute. */
export async function benchPowerShell(say: (text: string) => void): Promise<PowerShellReport> {
  const settings = await measuredShell();
  const version = await versionOf(settings);
  say(`Cold: ${COLD_CALLS} processes, one call each`);
  const cold = spread(await timeEach(COLD_CALLS, () => coldCall(settings)));
  say(`Warm: ${ROUNDS} calls, with the same lines written straight to a shell in between`);
  const overhead = await measureOverhead(settings, ROUNDS);
  const throughput: PowerShellReport['throughput'] = [];
  for (const sessions of POOLS) {
    say(`Throughput: ${CALLS} calls of ${CALLERS} callers, pool of ${sessions}`);
    const callsPerSecond = round(await withPool(settings, sessions, (shell) => callsPerSecondOf(shell)));
    throughput.push({
      sessions,
      callsPerSecond,
      ratio: round(callsPerSecond / (throughput[0]?.callsPerSecond ?? callsPerSecond)),
    });
  }
  say('Queue: who waits how long');
  const queue = await queueReport(settings);
  say('Redaction: many secrets, nested escapes');
  const redaction = await benchRedaction();
  const { executable, simulatedShell } = settings;
  return {
    shell: { executable, version, simulated: simulatedShell, cores: availableParallelism() },
    cold,
    warm: overhead.call,
    coldThroughWarm: round(cold.p50 / overhead.call.p50),
    overhead,
    throughput,
    queue,
    redaction,
  };
}

async function versionOf(settings: ShellSettings): Promise<string> {
  const shell = openShell(settings);
  try {
    return await shell.version();
  } finally {
    await shell.close({ graceMs: 0 });
  }
}

async function coldCall(settings: ShellSettings): Promise<void> {
  const shell = openShell(settings);
  try {
    await callOnce(shell);
  } finally {
    await shell.close({ graceMs: 0 });
  }
}

async function callsPerSecondOf(shell: Shell): Promise<number> {
  const took = await time(() =>
    Promise.all(Array.from({ length: CALLERS }, () => timeEach(CALLS / CALLERS, () => callOnce(shell)))),
  );
  return CALLS / (took / 1_000);
}

async function queueReport(settings: ShellSettings): Promise<QueueReport> {
  const sessions = 2;
  const shares = await withPool(settings, sessions, (shell) => sharesOf(shell));
  const order = await withPool(settings, 1, async (shell) => {
    const answered: number[] = [];
    const calls = Array.from({ length: 100 }, (_, index) => callOnce(shell).then(() => answered.push(index)));
    await Promise.all(calls);
    return answered;
  });
  const overtaken = order.filter((index, place) => order.slice(0, place).some((earlier) => earlier > index)).length;
  const [fewest, most] = [Math.min(...shares), Math.max(...shares)];
  return { callers: CALLERS, sessions, fewest, most, fairness: fairness(shares), overtaken };
}

/** Callers that each call again as soon as they are answered, until all together have made their calls. */
async function sharesOf(shell: Shell): Promise<number[]> {
  const shares = Array.from({ length: CALLERS }, () => 0);
  let left = CALLS;
  const caller = async (index: number): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await callOnce(shell);
      shares[index] = (shares[index] ?? 0) + 1;
    }
  };
  await Promise.all(shares.map((_, index) => caller(index)));
  return shares;
}
