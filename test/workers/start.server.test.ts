import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Shell } from '../../activities/powershell/shell.ts';
import type { LabTemporal } from '../../lab/temporal/connect.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { createLog } from '../../workers/log.ts';
import { requireOrganisation } from '../../workers/require-organisation.ts';
import { chooseShell } from '../../workers/shell.ts';
import { startWorkers } from '../../workers/start.ts';
import type { RunningWorkers } from '../../workers/start.ts';
import { ownNamespace } from '../own-namespace.ts';

const log = createLog({ level: 'error', readable: true });
const organisation = requireOrganisation(join(checkoutDir, 'config'));
let temporal: LabTemporal;
beforeAll(async () => {
  temporal = await ownNamespace(log);
});
afterAll(() => temporal.close());

const shells: Shell[] = [];
afterAll(() => Promise.all(shells.map((shell) => shell.close())));

async function start(sites: string[], withWorkflows: boolean): Promise<RunningWorkers> {
  const { client, nativeConnection: connection, namespace } = temporal;
  const environment = { pwsh: null, pwshSessions: 1, plantUrl: 'http://127.0.0.1:9', searchPath: [], variables: {} };
  const shell = await chooseShell({ environment, plant: PLANT_SHELL, log });
  shells.push(shell);
  return startWorkers({
    connection,
    client,
    namespace,
    organisation: () => organisation,
    shell,
    scripts: {},
    sites,
    withWorkflows,
    prove: true,
    bundle: { codePath: inject('workflowBundlePath') },
    drainMs: 1000,
    log,
  });
}

test('a worker serves the queues of its sites, and the control queue only where that is asked for', async () => {
  const near = await start(['nordhavn'], false);
  expect(near.queues).toEqual(['site-nordhavn']);
  await near.shutdown();
  const all = await start(['nordhavn', 'vestby'], true);
  expect(all.queues).toEqual(['control', 'site-nordhavn', 'site-vestby']);
  await all.shutdown();
  await expect(all.closed).resolves.toBeUndefined();
});

test('a run that the workers serve fails on bad input with every problem, through the real data converter', async () => {
  const workers = await start([], true);
  try {
    const run = temporal.client.workflow.execute('patchWindow', {
      taskQueue: 'control',
      workflowId: 'bad-input',
      args: [{ change: 5, site: [] }],
    });
    await expect(run).rejects.toMatchObject({
      cause: expect.objectContaining({
        type: 'InvalidInput',
        details: [
          expect.objectContaining({ problems: expect.arrayContaining([expect.objectContaining({ path: 'change' })]) }),
        ],
      }),
    });
  } finally {
    await workers.shutdown();
  }
});

test('a shutdown may be asked for again, and then still waits for the end', async () => {
  const workers = await start(['vestby'], false);
  await Promise.all([workers.shutdown(), workers.shutdown()]);
  await expect(workers.shutdown()).resolves.toBeUndefined();
});

test('when one worker cannot start, those before it are shut down again', async () => {
  await expect(start(['nordhavn', 'vestby', 'nordhavn'], false)).rejects.toThrow(/multiple workers/);
  const workers = await start(['nordhavn', 'vestby'], false);
  await workers.shutdown();
});
