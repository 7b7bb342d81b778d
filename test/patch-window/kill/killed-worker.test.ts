import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { windowInput } from '../runs/input.ts';
import { effectsOf, namesOf, repeated, WHOLE_TURN } from '../runs/journal.ts';
import { openStageWithoutWorker, type RunStage } from '../runs/lab-stage.ts';
import { untilEffect } from '../runs/turn.ts';
import { processesOver, quickConfiguration, WorkerProcess } from './worker-process.ts';

let configDir: string;
let stage: RunStage;
let worker: WorkerProcess;
const startWorker = (): WorkerProcess => new WorkerProcess(stage.lab, configDir);

beforeAll(async () => {
  configDir = await quickConfiguration();
  stage = await openStageWithoutWorker(configDir);
  worker = startWorker();
});
afterAll(async () => {
  await worker.kill();
  await stage.close();
  await rm(configDir, { recursive: true, force: true });
});

/** The worker's PowerShell leads a process group of its own; it must not outlive the worker all the same. */
async function killedCompletely(): Promise<void> {
  await expect.poll(() => processesOver(stage.lab.plant.url), { timeout: 10_000 }).toEqual([]);
}

function expectEachEffectOnce(host: string): void {
  const effects = effectsOf(stage.plant, host);
  expect(namesOf(effects)).toEqual(WHOLE_TURN);
  expect(repeated(effects)).toEqual([]);
}

describe('a worker that is killed and started again', { timeout: 150_000 }, () => {
  test('during an installation, before it could tell that it started it: every effect is there once, and the ledger is right', async () => {
    const [host, other] = [stage.take(), stage.take()];
    stage.plant.order({ host, fault: 'slow', factor: 100 });
    const run = await stage.start(windowInput([host, other]));
    await untilEffect(stage.plant, host, 'install-started');
    await worker.kill();
    expect(stage.plant.host(host).installing).toContain('fettle-');
    stage.plant.clearFaults(host);
    await killedCompletely();
    worker = startWorker();
    expect(await run.result()).toMatchObject({ outcome: 'succeeded', targets: 2, ledger: { succeeded: 2 } });
    expectEachEffectOnce(host);
    expectEachEffectOnce(other);
  });

  test('during a reboot, before it could tell that it asked for it: the host reboots once, and the ledger is right', async () => {
    const [host, other] = [stage.take(), stage.take()];
    stage.plant.order({ host, fault: 'slow', factor: 25 });
    const run = await stage.start(windowInput([host, other]));
    await untilEffect(stage.plant, host, 'reboot');
    await worker.kill();
    expect(stage.plant.host(host).power).not.toBe('up');
    stage.plant.clearFaults(host);
    await killedCompletely();
    worker = startWorker();
    expect(await run.result()).toMatchObject({ outcome: 'succeeded', targets: 2, ledger: { succeeded: 2 } });
    expect((await run.entry(host))?.outcome?.own).toMatchObject({ rebooted: true, installed: 2, maintenance: null });
    expectEachEffectOnce(host);
    expectEachEffectOnce(other);
  });
});
