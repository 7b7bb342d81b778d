import { openShell } from '../activities/powershell/open-shell.ts';
import type { ShellSettings } from '../activities/powershell/shell-settings.ts';
import type { Shell } from '../activities/powershell/shell.ts';
import { shellBehaviour, simulatedShell } from '../lab/shell/index.ts';
import { readEnvironment } from '../workers/config.ts';
import { findExecutable } from '../workers/find-executable.ts';

/** Calls until PowerShell and Node have compiled what they run often. */
const WARMING_CALLS = 30;
const silent = (): void => undefined;
const LOCAL = { transport: 'local', address: 'localhost', port: 0 } as const;

/** The shell that is measured: the real one of FETTLE_PWSH or PATH, else the simulated one. No host and no plant take part. */
export async function measuredShell(): Promise<ShellSettings> {
  const { pwsh, searchPath, variables } = readEnvironment();
  const real = pwsh ?? (await findExecutable('pwsh', searchPath));
  return {
    executable: real ?? simulatedShell(),
    simulatedShell: real === null,
    hostModule: 'plant',
    // Without a plant the simulated shell asks nobody how to behave.
    environment: { ...variables, FETTLE_PLANT_URL: undefined },
    log: { debug: silent, info: silent, warn: silent },
    limits: { callsPerSession: 1_000_000 },
  };
}

/** One small call through the boundary. Fails when it has no result: a benchmark of failures would measure nothing. */
export async function callOnce(shell: Shell): Promise<void> {
  const outcome = await shell.call(shellBehaviour, LOCAL, { Behaviour: 'echo', Value: 1 });
  if (outcome.kind !== 'result') throw new Error(`A call ended as ${outcome.kind}: nothing was measured.`);
}

/** Opens a pool, starts all its sessions, and ends them after `work`. */
export async function withPool<T>(settings: ShellSettings, sessions: number, work: (shell: Shell) => Promise<T>) {
  const shell = openShell({ ...settings, sessions });
  try {
    await Promise.all(Array.from({ length: sessions }, () => shell.version()));
    for (let turn = 0; turn < WARMING_CALLS; turn += 1)
      await Promise.all(Array.from({ length: sessions }, () => callOnce(shell)));
    return await work(shell);
  } finally {
    await shell.close({ graceMs: 0 });
  }
}
