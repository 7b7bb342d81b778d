import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { startLab } from '../../lab/lab.ts';
import type { Lab, StartLabOptions } from '../../lab/lab.ts';
import { findRunningLab } from '../../lab/running-labs.ts';
import { accepts } from '../../lab/temporal/ports.ts';
import { CONTROL_QUEUE, siteQueue } from '../../model/queues.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { readEnvironment } from '../../workers/config.ts';
import { createLog } from '../../workers/log.ts';

const log = createLog({ level: 'error', readable: true });
const start = (options: Partial<StartLabOptions>): ReturnType<typeof startLab> =>
  startLab({
    hosts: 4,
    faults: [],
    announce: false,
    temporalCli: inject('temporalCli'),
    bundle: { codePath: inject('workflowBundlePath') },
    log,
    ...options,
  });

const portOf = (address: string): number => Number(new URL(address.replace(/^(?!http)/, 'http://')).port);

/** TaskQueueType of Temporal's interface. */
const QUEUE_TYPES = { workflow: 1, activity: 2 } as const;

const ownIdentity: unknown = expect.stringContaining(`#${process.pid}`);

/** Identities of the workers that poll a queue. */
async function pollersOf(
  { client, namespace }: Lab,
  queue: string,
  kind: keyof typeof QUEUE_TYPES = 'activity',
): Promise<unknown[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: QUEUE_TYPES[kind],
  });
  return pollers.map(({ identity }) => identity);
}

describe('a lab', () => {
  test('has a server, a plant and workers on every queue, is found by its checkout, and leaves nothing when closed', async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'fettle-cache-'));
    const environment = { ...readEnvironment(), cacheDir };
    try {
      const lab = await start({ environment, announce: true });
      const { address, plant, ui } = lab;
      expect(await findRunningLab(checkoutDir, cacheDir)).toMatchObject({ address, ui, plant: plant.url });
      for (const queue of [CONTROL_QUEUE, ...lab.organisation.sites.map(({ name }) => siteQueue(name))]) {
        // A worker's first poll may come a moment after its start.
        await expect.poll(() => pollersOf(lab, queue), { timeout: 10_000 }).toEqual([ownIdentity]);
      }

      await Promise.all([lab.close(), lab.close()]);
      await expect(lab.closed).resolves.toBeUndefined();
      expect(await findRunningLab(checkoutDir, cacheDir)).toBeNull();
      const open = [address, plant.url, ui ?? ''].map((place) => accepts('127.0.0.1', portOf(place)));
      expect(await Promise.all(open)).toEqual([false, false, false]);
    } finally {
      await rm(cacheDir, { recursive: true, force: true });
    }
  });

  test('without a worker serves no queue', async () => {
    const lab = await start({ worker: false });
    expect(await pollersOf(lab, CONTROL_QUEUE, 'workflow')).toEqual([]);
    await lab.close();
  });

  test('with a broken configuration starts nothing and names every problem with its file and line', async () => {
    const configDir = await mkdtemp(join(tmpdir(), 'fettle-config-'));
    try {
      await writeFile(join(configDir, 'sites.yaml'), 'sites:\n  - name: 5\n');
      await expect(start({ configDir })).rejects.toMatchObject({
        name: 'InvalidConfiguration',
        problems: expect.arrayContaining([
          expect.objectContaining({ path: expect.stringMatching(/^inventory\.yaml:1/) }),
          expect.objectContaining({ path: expect.stringMatching(/^sites\.yaml:2 /) }),
        ]),
      });
    } finally {
      await rm(configDir, { recursive: true, force: true });
    }
  });
});
