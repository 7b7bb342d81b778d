import { WINDOWS_MODULE, type ShellSettings } from '../activities/powershell/settings.ts';
import type { Shell } from '../activities/powershell/shell.ts';
import type { HostConnection } from '../model/inventory.ts';
import { startGreeter } from '../test/powershell/greeter.ts';
import { startSshTargets } from '../test/powershell/ssh-server.ts';
import { openRunClose } from './plain.ts';
import { callOnce, timePaused, timeSteady, withPool } from './shells.ts';
import { round, spread, type Spread } from './statistics.ts';

const ONCE_CALLS = 8;
const WARM_CALLS = 200;
const HEALTHY = 4;
const SILENT = 8;
const HEALTHY_CALLS = 150;
const AT_ONCE = 30;

export interface RemoteReport {
  /** A session opened, the call, the session closed in plain PowerShell; and the call in the session that is open, with a pause before it. */
  openRunClose: Spread;
  warm: Spread;
  /** p50 of the former through p50 of the latter. */
  openRunCloseThroughWarm: number;
  /** Calls to 4 connected hosts, and the same beside 8 hosts that take connections and say nothing. */
  healthy: { alone: Spread; besideSilent: Spread; /** p50 with through p50 without. */ ratio: number };
  /** A first call to each of 29 hosts at once: the same 29 beside one that is silent. */
  atOnce: { alone: FirstCalls; besideSilent: FirstCalls };
  /** Connecting to one host and its first call, with nothing else going on, in milliseconds. */
  oneAloneMs: number;
}

/** Milliseconds from when all were asked to the first and to the last result. */
export interface FirstCalls {
  firstMs: number;
  lastMs: number;
}

/** The boundary over SSH, against real servers on this machine. Takes a minute or two. */
export async function benchRemote(settings: ShellSettings, say: (text: string) => void): Promise<RemoteReport> {
  const remote: ShellSettings = { ...settings, hostModule: WINDOWS_MODULE };
  const targets = await startSshTargets(settings.executable, AT_ONCE);
  const [first, ...others] = targets.connections;
  if (!first) throw new Error('There is no target.');
  const silence = await startGreeter('');
  try {
    say(`SSH: ${ONCE_CALLS} times open, run, close; ${WARM_CALLS} calls in an open session`);
    const cold = await openRunClose(settings.executable, first, ONCE_CALLS);
    const warm = await withPool(remote, 1, (shell) => timeSteady(WARM_CALLS, () => callOnce(shell, first)), first);
    say(`SSH: calls to ${HEALTHY} hosts, alone and beside ${SILENT} silent ones`);
    const healthy = await besideSilence(remote, others.slice(0, HEALTHY), silence.connection);
    say(`SSH: ${AT_ONCE - 1} hosts at once, alone and beside a silent one`);
    const oneAloneMs = (await firstCalls(remote, [first], null)).lastMs;
    const alone = await firstCalls(remote, others, null);
    const besideSilent = await firstCalls(remote, others, silence.connection);
    return {
      openRunClose: cold,
      warm: spread(warm),
      openRunCloseThroughWarm: round(cold.p50 / spread(warm).p50),
      healthy,
      atOnce: { alone, besideSilent },
      oneAloneMs,
    };
  } finally {
    await silence.close();
    await targets.close();
  }
}

async function besideSilence(settings: ShellSettings, healthy: HostConnection[], silent: HostConnection) {
  return withPool(settings, 2, async (shell) => {
    const callHealthy = async (): Promise<Spread> => {
      const taken = healthy.map((host) => timePaused(HEALTHY_CALLS, () => callOnce(shell, host)));
      return spread((await Promise.all(taken)).flat());
    };
    // Connected and warm.
    for (let turn = 0; turn < 3; turn += 1) await callHealthy();
    const alone = await callHealthy();
    const stop = new AbortController();
    // Other accounts at the one silent port: other hosts to the pool.
    const calls = Array.from({ length: SILENT }, (_, index) =>
      callForEver(shell, { ...silent, user: `silent${index}` }, stop.signal),
    );
    const besideSilent = await callHealthy();
    stop.abort();
    await Promise.all(calls);
    return { alone, besideSilent, ratio: round(besideSilent.p50 / alone.p50) };
  });
}

/** A pool whose processes run and that knows no host yet. */
async function firstCalls(
  settings: ShellSettings,
  healthy: HostConnection[],
  silent: HostConnection | null,
): Promise<FirstCalls> {
  return withPool(settings, 2, async (shell) => {
    const stop = new AbortController();
    const pending = silent && callForEver(shell, silent, stop.signal);
    const began = performance.now();
    const done = healthy.map(async (host) => {
      await callOnce(shell, host);
      return performance.now() - began;
    });
    const taken = await Promise.all(done);
    stop.abort();
    await pending;
    return { firstMs: round(Math.min(...taken)), lastMs: round(Math.max(...taken)) };
  });
}

async function callForEver(shell: Shell, silent: HostConnection, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await callOnce(shell, silent, { signal, ends: ['refused', 'cancelled'] });
}
