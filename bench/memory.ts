import { readFileSync } from 'node:fs';
import type { ShellSettings } from '../activities/powershell/settings.ts';
import { measured } from '../test/powershell/measured.ts';
import { LOCAL, TEST_CALL, withPool } from './shells.ts';
import { round } from './statistics.ts';

const CALLS = 5_000;
/** Every so many calls one has a large result. */
const LARGE_EVERY = 10;
const LARGE_CHARACTERS = 500_000;
const SAMPLES = 10;
const MIB = 1024 * 1024;

export interface MemoryReport {
  calls: number;
  /** Resident MiB of this process and of the session's, after each tenth of the calls. */
  workerMib: number[];
  sessionMib: number[];
  /** What the last half of the calls added for each thousand, in MiB. */
  workerGrowth: number;
  sessionGrowth: number;
}

/** Memory over mixed calls in one session: small and large results, failures, warnings. Linux only: elsewhere there is no /proc. */
export async function benchMemory(settings: ShellSettings): Promise<MemoryReport | null> {
  if (process.platform !== 'linux') return null;
  const { log, pids } = measured();
  const workerMib: number[] = [];
  const sessionMib: number[] = [];
  await withPool({ ...settings, log }, 1, async (shell) => {
    for (let done = 1; done <= CALLS; done += 1) {
      const large = done % LARGE_EVERY === 0;
      const parameters = large
        ? { Kind: 'large' as const, Value: LARGE_CHARACTERS }
        : { Kind: (['echo', 'noise', 'fail'] as const)[done % 3] ?? 'echo', Value: done };
      const { kind } = await shell.call(TEST_CALL, LOCAL, parameters);
      if (kind !== (parameters.Kind === 'fail' ? 'failed' : 'result')) throw new Error(`It ended as ${kind}.`);
      if (done % (CALLS / SAMPLES) !== 0) continue;
      workerMib.push(residentMib('self'));
      sessionMib.push(residentMib(String(pids.at(-1))));
    }
  });
  if (pids.length !== 1) throw new Error('The session was replaced: nothing was measured.');
  return { calls: CALLS, workerMib, sessionMib, workerGrowth: growth(workerMib), sessionGrowth: growth(sessionMib) };
}

function residentMib(process: string): number {
  const pages = readFileSync(`/proc/${process}/status`, 'utf8');
  return Math.round((Number(/^VmRSS:\s+(\d+) kB$/m.exec(pages)?.[1]) * 1024) / MIB);
}

function growth(samples: readonly number[]): number {
  const [middle = 0, last = 0] = [samples[SAMPLES / 2 - 1], samples.at(-1)];
  return round((last - middle) / (CALLS / 2 / 1_000));
}
