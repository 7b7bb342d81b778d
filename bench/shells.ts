import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readManifest, sha256 } from '../activities/powershell/manifest.ts';
import { Pins } from '../activities/powershell/pins.ts';
import { openShell } from '../activities/powershell/pool.ts';
import type { ShellSettings } from '../activities/powershell/settings.ts';
import type { CallOutcome, Shell } from '../activities/powershell/shell.ts';
import { PLANT_SHELL } from '../lab/plant-shell.ts';
import { defineScript } from '../model/contract.ts';
import type { HostConnection } from '../model/inventory.ts';
import { checkoutDir } from '../workers/checkout.ts';
import { readEnvironment } from '../workers/config.ts';
import { findExecutable } from '../workers/find-executable.ts';
import { time } from './statistics.ts';

/** Calls until PowerShell and Node have compiled what they run often. */
const WARMING_CALLS = 50;
/** And until .NET has compiled it for good, which it puts off while calls go on. A session serves 5,000. */
const STEADY_CALLS = 350;
/** Between two calls of real use. */
const PAUSE_MS = 20;
const silent = (): void => undefined;
export const LOCAL: HostConnection = { transport: 'local', address: 'localhost', port: 0 };

const FILE = new URL('./Test-Call.ps1', import.meta.url);
/** What every benchmark calls. */
export const TEST_CALL = defineScript({
  name: 'Test-Call',
  file: FILE,
  effect: 'read',
  timeLimitMs: 30_000,
  parameters: z.strictObject({ Kind: z.enum(['echo', 'large', 'noise', 'fail']), Value: z.unknown() }),
  result: z.strictObject({ value: z.unknown() }),
  failures: {},
});

/** The PowerShell that is measured, of FETTLE_PWSH or PATH. No host and no plant take part. */
export async function measuredShell(): Promise<ShellSettings> {
  const { pwsh, searchPath, variables } = readEnvironment();
  const real = pwsh ?? (await findExecutable('pwsh', searchPath));
  if (real === null) throw new Error('There is no PowerShell to measure: set FETTLE_PWSH, or put pwsh on PATH.');
  return {
    executable: real,
    hostModule: PLANT_SHELL.hostModule,
    pins: new Pins(checkoutDir, { ...readManifest(checkoutDir), 'bench/Test-Call.ps1': sha256(readFileSync(FILE)) }),
    environment: variables,
    log: { debug: silent, info: silent, warn: silent },
    limits: { callsPerSession: 1_000_000 },
  };
}

interface CallOnce {
  signal?: AbortSignal;
  /** How it must end; with a result unless told otherwise. */
  ends?: CallOutcome<unknown>['kind'][];
}

/** One small call through the boundary. Fails when it ends otherwise than it must: a benchmark of failures would measure nothing. */
export async function callOnce(
  shell: Shell,
  target: HostConnection = LOCAL,
  { signal, ends = ['result'] }: CallOnce = {},
): Promise<void> {
  const outcome = await shell.call(TEST_CALL, target, { Kind: 'echo', Value: 1 }, signal ? { signal } : {});
  if (!ends.includes(outcome.kind)) throw new Error(`A call ended as ${outcome.kind}: ${JSON.stringify(outcome)}`);
}

/** As `timePaused`, once .NET has compiled for good what a call runs. */
export async function timeSteady(count: number, work: () => Promise<unknown>): Promise<number[]> {
  await timePaused(STEADY_CALLS, work);
  return timePaused(count, work);
}

/** How long each of `count` runs took, with a pause before each as there is in real use. Milliseconds. */
export async function timePaused(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const durations: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    await delay(PAUSE_MS);
    durations.push(await time(work));
  }
  return durations;
}

/** Opens a pool, starts and warms up all its sessions, also that with `target` where one is given, and ends them after `work`. */
export async function withPool<T>(
  settings: ShellSettings,
  sessions: number,
  work: (shell: Shell) => Promise<T>,
  target?: HostConnection,
): Promise<T> {
  const shell = openShell({ ...settings, sessions });
  try {
    await Promise.all(Array.from({ length: sessions }, () => shell.version()));
    const warming = settings.hostModule.name === 'plant' ? LOCAL : target;
    for (let turn = 0; turn < (warming ? WARMING_CALLS : 0); turn += 1)
      await Promise.all(Array.from({ length: sessions }, () => callOnce(shell, warming)));
    return await work(shell);
  } finally {
    await shell.close(0);
  }
}
