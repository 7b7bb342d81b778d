import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Lab } from '../../../lab/lab.ts';
import { checkoutDir } from '../../../workers/checkout.ts';
import { readEnvironment } from '../../../workers/config.ts';

/** A lost worker is noticed after two seconds; everything else has time on a busy machine. */
const LIMITS = {
  call: '10s',
  poll: '100ms',
  heartbeat: '2s',
  retryFirst: '100ms',
  retryAttempts: 3,
  workerWait: '90s',
};
const PATCH_LIMITS = { install: '60s', reboot: '60s', datastoreFreeGb: 1 };

/** The checkout's configuration in a folder of its own, with short limits. The caller removes it. */
export async function quickConfiguration(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-kill-'));
  const configured = join(checkoutDir, 'config');
  for (const file of ['inventory.yaml', 'sites.yaml']) await copyFile(join(configured, file), join(folder, file));
  for (const [file, changed] of Object.entries({ 'policies.yaml': LIMITS, 'patch-window.yaml': PATCH_LIMITS })) {
    const { limits, ...rest } = parse(await readFile(join(configured, file), 'utf8')) as { limits: object };
    await writeFile(join(folder, file), stringify({ ...rest, limits: { ...limits, ...changed } }));
  }
  return folder;
}

/** `fettle worker` in a process group of its own, over a lab's server and plant. */
export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private words = '';

  constructor(lab: Lab, configDir: string) {
    this.child = spawn(process.execPath, [join(checkoutDir, 'bin', 'fettle.mjs'), 'worker'], {
      env: {
        ...readEnvironment().variables,
        TEMPORAL_ADDRESS: lab.address,
        TEMPORAL_NAMESPACE: lab.namespace,
        FETTLE_CONFIG: configDir,
        FETTLE_PLANT_URL: lab.plant.url,
        FETTLE_LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    this.child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.words = (this.words + text).slice(-4_000)));
    this.ended = once(this.child, 'close');
  }

  /** Kills the process and its group, without a chance to say or store anything, and waits until it is gone. Once killed, it stays so. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.child;
    if (signalCode !== null) return;
    if (pid === undefined || exitCode !== null) throw new Error(`The worker had ended by itself: ${this.words}`);
    process.kill(-pid, 'SIGKILL');
    await this.ended;
  }
}

/** Processes of this machine that were started over this plant; each plant has an address of its own. Empty where /proc is missing. */
export async function processesOver(plantUrl: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    // A process may end between the listing and the look.
    pids.map(async (pid) => ({ pid, text: await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '') })),
  );
  return environments
    .filter(({ text }) => text.split('\0').includes(`FETTLE_PLANT_URL=${plantUrl}`))
    .map(({ pid }) => pid);
}
