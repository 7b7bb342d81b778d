import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { createPatchActivities } from '../../../activities/patch-window/index.ts';
import type { Shell } from '../../../activities/powershell/shell.ts';
import { readPending } from '../../../cli/live/pending.ts';
import { PLANT_SHELL } from '../../../lab/plant-shell.ts';
import { hostTurnId } from '../../../model/ids.ts';
import { siteQueue } from '../../../model/queues.ts';
import type { TurnView } from '../../../model/turn.ts';
import { dataConverter } from '../../../workers/data-converter/index.ts';
import { createLog } from '../../../workers/log.ts';
import { scriptHashes } from '../../../workers/script-hashes.ts';
import { startWorkers, type RunningWorkers } from '../../../workers/start.ts';
import { windowInput } from './input.ts';
import { effectsOf, namesOf, repeated, WHOLE_TURN } from './journal.ts';
import { openRunStage, type PatchRun, type RunStage } from './lab-stage.ts';
import { untilEffect } from './turn.ts';

let stage: RunStage;
let shell: Shell;
let control: RunningWorkers;
let site: SiteWorkers;

beforeAll(async () => {
  stage = await openRunStage(
    { workerWaitMs: 4_000, workerReturnMs: 60_000, rebootMs: 5_000, heartbeatMs: 2_000 },
    { worker: false },
  );
  const { temporal, plant, organisation } = stage.lab;
  shell = PLANT_SHELL.simulated({ plantUrl: plant.url, environment: {} });
  control = await startWorkers({
    connection: temporal.nativeConnection,
    client: temporal.client,
    namespace: temporal.namespace,
    organisation: () => organisation,
    shell,
    scripts: await scriptHashes(PLANT_SHELL.hostModule),
    sites: [],
    withWorkflows: true,
    prove: false,
    stickyMs: 1_000,
    bundle: { codePath: inject('workflowBundlePath') },
    log: createLog({ level: 'fatal', readable: true }),
  });
  site = await startSites();
});
afterAll(async () => {
  await site.stop();
  await control.shutdown();
  await shell.close();
  await stage.close();
});

type SiteWorkers = Awaited<ReturnType<typeof startSites>>;

/** A worker for each site that can do one thing at a time. */
async function startSites() {
  const { temporal, organisation } = stage.lab;
  const activities = createPatchActivities({ shell, scripts: {}, organisation: () => organisation });
  const workers = await Promise.all(
    ['nordhavn', 'vestby'].map((name) =>
      Worker.create({
        connection: temporal.nativeConnection,
        namespace: temporal.namespace,
        dataConverter,
        taskQueue: siteQueue(name),
        activities: { ...activities },
        maxConcurrentActivityTaskExecutions: 1,
      }),
    ),
  );
  const running = workers.map((worker) => worker.run());
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    },
  };
}

/** Resolves when the step in hand of a host's turn says this. */
async function untilToldOf(run: PatchRun, host: string, text: string): Promise<void> {
  const told = async () => (await run.turnOf(host).query<TurnView>('turn')).targets[0]?.steps.at(-1)?.text;
  await vi.waitFor(async () => expect(await told()).toContain(text), { timeout: 30_000, interval: 100 });
}

/** Resolves when this is told of the activity that follows a host's installation. */
async function untilShown(run: PatchRun, host: string, what: 'progress' | 'interfered', text: string): Promise<void> {
  const shown = async () => readPending((await run.turnOf(host).describe()).raw.pendingActivities ?? [])[what];
  await vi.waitFor(async () => expect(await shown()).toContain(text), { timeout: 30_000, interval: 100 });
}

/** What somebody does in the Web UI to the activity that follows a host's installation. */
function following(host: string) {
  return {
    namespace: stage.lab.namespace,
    execution: { workflowId: hostTurnId(host) },
    type: 'followInstall',
    identity: 'Kim Example',
  };
}

describe("a site's worker that does one thing at a time", () => {
  test('and is away for longer than a reboot may take, amid installations and reboots: every host ends right', async () => {
    const paused = stage.take();
    const installing = [paused, stage.take(), stage.take()];
    const rebooting = stage.take();
    for (const host of installing) stage.plant.order({ host, fault: 'slow', factor: 100 });
    const run = await stage.start(windowInput([...installing, rebooting]));
    await Promise.all([
      ...installing.map((host) => untilEffect(stage.plant, host, 'install-started')),
      untilEffect(stage.plant, rebooting, 'reboot').then(() =>
        stage.plant.order({ host: rebooting, fault: 'slow', factor: 5 }),
      ),
    ]);
    const { workflowService } = stage.lab.client;
    await untilShown(run, paused, 'progress', '%');
    await workflowService.pauseActivity({ ...following(paused), reason: 'a test' });
    await untilShown(run, paused, 'interfered', 'followInstall was paused by Kim Example (a test)');
    await workflowService.unpauseActivity(following(paused));
    await site.stop();
    for (const host of [...installing, rebooting]) stage.plant.clearFaults(host);
    await untilToldOf(run, rebooting, 'one last look waits for a worker of the site');
    await untilShown(run, paused, 'progress', 'the next look waits for a worker of its site');
    await workflowService.resetActivity(following(paused));
    await untilShown(run, paused, 'interfered', 'followInstall was reset');
    site = await startSites();
    expect(await run.result()).toMatchObject({ outcome: 'succeeded', ledger: { succeeded: 4 } });
    for (const host of [...installing, rebooting]) {
      const effects = effectsOf(stage.plant, host);
      expect(namesOf(effects)).toEqual(WHOLE_TURN);
      expect(repeated(effects)).toEqual([]);
    }
  });
});
