import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { openShell } from '../../../activities/powershell/pool.ts';
import { startLabWorker } from '../../../lab/lab-worker.ts';
import { startLab } from '../../../lab/lab.ts';
import { PLANT_SHELL } from '../../../lab/plant-shell.ts';
import { CONTROL_QUEUE } from '../../../model/queues.ts';
import type { RunResult } from '../../../model/run.ts';
import { readEnvironment } from '../../../workers/config.ts';
import { createLog } from '../../../workers/log.ts';
import { ownNamespace } from '../../own-namespace.ts';
import { measured } from '../../powershell/measured.ts';
import { because, NO_LOG, noRealShell, realShell } from '../../powershell/shells.ts';
import { noSshServer, startSshTargets } from '../../powershell/ssh-server.ts';

const EXAMPLE = fileURLToPath(new URL('../../../runbooks/patch-window/example.yaml', import.meta.url));
/** Hosts of every kind that the example has: its canaries, redundancy groups whole, and every trouble of the demo. */
const TARGETS = 'app01 app02 file02 dc01 dc02 sql02 sql03 scada01 scada02 app06 app07 file04 sql05'.split(' ');
/** A minute of the plant takes 60 ms. */
const SCALE = 1_000;
const pwsh = realShell();
const missing = noRealShell ?? noSshServer;

const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

test.skipIf(missing !== null)(
  `the example runs over hosts of every kind, each behind an SSH session of its own${because(missing)}`,
  { timeout: 300_000 },
  async () => {
    const log = createLog({ level: 'fatal', readable: true });
    const bundle = { codePath: inject('workflowBundlePath') };
    const lab = await startLab({
      scale: SCALE,
      // A busy machine opens sessions slowly.
      limits: { callMs: 30_000 },
      announce: false,
      worker: false,
      temporal: await ownNamespace(log),
      log,
    });
    ends.push(() => lab.close());
    const { organisation, temporal, plant } = lab;
    const { hosts } = organisation.inventory;
    const served = await startSshTargets(pwsh ?? '', hosts.length, { FETTLE_PLANT_URL: plant.url });
    ends.push(() => served.close());
    const overSsh = hosts.map((host, index) => ({
      ...host,
      connection: served.connections[index] ?? host.connection,
    }));
    const { metrics, recycles } = measured();
    const worker = await startLabWorker({
      temporal,
      plantUrl: plant.url,
      organisation: { ...organisation, inventory: { ...organisation.inventory, hosts: overSsh } },
      environment: readEnvironment(),
      bundle,
      runbooks: undefined,
      prove: false,
      log,
      shell: openShell({
        executable: pwsh ?? '',
        hostModule: { ...PLANT_SHELL.hostModule, here: false },
        environment: { ...process.env, FETTLE_PLANT_URL: plant.url },
        sessions: 2,
        metrics,
        log: NO_LOG,
      }),
    });
    ends.push(() => worker.close());
    const example = parse(readFileSync(EXAMPLE, 'utf8')) as Record<string, unknown>;
    const run = await lab.client.workflow.start('patchWindow', {
      taskQueue: CONTROL_QUEUE,
      workflowId: 'patch-window/CHG0012345/over-ssh',
      args: [{ ...example, targets: { names: TARGETS }, failureBudget: { percent: 100 } }],
      staticSummary: 'Patch window CHG0012345',
    });
    const result = (await run.result()) as RunResult;
    // As with everything in the worker's own PowerShell, and as on the simulated shell.
    expect(result).toMatchObject({
      outcome: 'partly',
      targets: TARGETS.length,
      simulated: ['plant'],
      ledger: { succeeded: 9, failed: 3, unreachable: 1 },
    });
    expect(recycles).toEqual([]);
  },
);
