import { availableParallelism } from 'node:os';
import type { ShellSettings } from '../activities/powershell/settings.ts';
import type { Shell } from '../activities/powershell/shell.ts';
import { noSshServer } from '../test/powershell/ssh-server.ts';
import { benchMemory, type MemoryReport } from './memory.ts';
import { measureOverhead, type Overhead } from './overhead.ts';
import { plainProcess } from './plain.ts';
import { benchRedaction, type RedactionReport } from './redaction.ts';
import { benchRemote, type RemoteReport } from './remote.ts';
import { callOnce, measuredShell, timeSteady, withPool } from './shells.ts';
import { fairness, round, spread, time, timeEach, type Spread } from './statistics.ts';

const PLAIN_PROCESSES = 12;
const ROUNDS = 300;
const CALLS = 400;
const CALLERS = 8;
const POOLS = [1, 2, 4];

export interface PowerShellReport {
  shell: { executable: string; version: string; cores: number };
  real: RealReport;
  overhead: Overhead;
  throughput: { sessions: number; callsPerSecond: number; /** Through that of one session. */ ratio: number }[];
  queue: QueueReport;
  redaction: RedactionReport;
}

export interface RealReport {
  /** `pwsh -NoProfile -Command 1`, with a pause before it. Milliseconds. */
  plain: Spread;
  /** A call with a pause before it, as in real use. */
  warm: Spread;
  /** p50 of the former through p50 of the latter. */
  plainThroughWarm: number;
  /** Null where there is no SSH server. */
  remote: RemoteReport | null;
  /** Null where memory cannot be read. */
  memory: MemoryReport | null;
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

/** The PowerShell boundary. Takes two to three minutes. */
export async function benchPowerShell(say: (text: string) => void): Promise<PowerShellReport> {
  const settings = await measuredShell();
  const { executable } = settings;
  const version = await withPool(settings, 1, (shell) => shell.version());
  say(`Pool: ${ROUNDS} calls, with the same lines written straight to a session in between`);
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
  say('Redaction: one secret, a hundred secrets');
  const redaction = await benchRedaction();
  const real = await benchReal(settings, say);
  const shell = { executable, version, cores: availableParallelism() };
  return { shell, real, overhead, throughput, queue, redaction };
}

async function benchReal(settings: ShellSettings, say: (text: string) => void): Promise<RealReport> {
  say(`Local: ${PLAIN_PROCESSES} plain processes; ${ROUNDS} calls with pauses`);
  const plain = await plainProcess(settings.executable, PLAIN_PROCESSES);
  const warm = spread(await withPool(settings, 1, (shell) => timeSteady(ROUNDS, () => callOnce(shell))));
  const remote = noSshServer === null ? await benchRemote(settings, say) : null;
  say('Memory: 5,000 mixed calls, every tenth with a large result');
  const memory = await benchMemory(settings);
  return { plain, warm, plainThroughWarm: round(plain.p50 / warm.p50), remote, memory };
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
