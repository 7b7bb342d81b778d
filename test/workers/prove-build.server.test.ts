import { fileURLToPath } from 'node:url';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { startLabWorker, type LabWorker } from '../../lab/lab-worker.ts';
import { main } from '../../cli/main.ts';
import { hostTurnId } from '../../model/ids.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { createLog } from '../../workers/log.ts';
import { capture } from '../cli/fixtures.ts';
import type { Said } from '../cli/command-line.ts';
import { windowInput } from '../patch-window/runs/input.ts';
import { effectsOf, repeated } from '../patch-window/runs/journal.ts';
import { openRunStage, type RunStage } from '../patch-window/runs/lab-stage.ts';
import { SLOW, untilEffect } from '../patch-window/runs/turn.ts';
import { simulatedOnly } from '../simulated-only.ts';

let stage: RunStage;
let otherOrder: WorkflowBundleOption;
const thisBuild = { codePath: inject('workflowBundlePath') };

beforeAll(async () => {
  stage = await openRunStage({ heartbeatMs: 2_000 }, { worker: false });
  otherOrder = await workflowBundle(fileURLToPath(new URL('../histories/fixture/reordered.ts', import.meta.url)));
});
afterAll(() => stage.close());
afterEach(() => vi.unstubAllEnvs());

/** A worker as `fettle worker` starts it, of this build or of another. */
function startWorker(bundle: WorkflowBundleOption): Promise<LabWorker> {
  const { temporal, plant, organisation } = stage.lab;
  return startLabWorker({
    temporal,
    plantUrl: plant.url,
    organisation,
    environment: simulatedOnly(),
    bundle,
    runbooks: undefined,
    prove: true,
    log: createLog({ level: 'fatal', readable: true }),
  });
}

async function check(): Promise<Said> {
  vi.stubEnv('TEMPORAL_ADDRESS', stage.lab.address);
  vi.stubEnv('TEMPORAL_NAMESPACE', stage.lab.namespace);
  const streams = capture('');
  const code = await main(['worker', '--check'], streams);
  return { code, out: streams.out(), err: streams.err() };
}

test('what others start in the namespace stops no worker, and a run of a type that this build has not does', async () => {
  const { client } = stage.lab;
  const begin = (type: string, taskQueue: string) =>
    client.workflow.start(type, { taskQueue, workflowId: `${taskQueue}/${type}` });
  const others = [await begin('somebodyElses', 'elsewhere'), await begin('typedWrong', CONTROL_QUEUE)];
  await expect.poll(check).toMatchObject({ code: 0, out: expect.stringContaining('(2 not of ours') as unknown });

  const earlier = await startWorker(
    await workflowBundle(fileURLToPath(new URL('fixture/earlier-build.ts', import.meta.url))),
  );
  const former = await begin('formerRunbook', CONTROL_QUEUE);
  // Answered when its first task is done.
  await former.query('__stack_trace');
  await earlier.close();
  const { code, err } = await check();
  expect(code).toBe(5);
  expect(err).toContain('control/formerRunbook: the run itself (formerRunbook): Failed to initialize workflow');
  for (const handle of [...others, former]) await handle.terminate();
});

test('a build with another order of steps is refused with the name of the run while its host reboots, and goes in after that run', async () => {
  const worker = await startWorker(thisBuild);
  const host = stage.take();
  stage.plant.order({ host, ...SLOW });
  const run = await stage.start(windowInput([host]));
  await untilEffect(stage.plant, host, 'reboot');
  await worker.close();

  const refusal = (await startWorker(otherOrder).catch((error: unknown) => error)) as Error & { problems: object[] };
  expect(refusal.message).toContain('cannot go on with 1 of 2 open workflows');
  const turn = new RegExp(`^${hostTurnId(host)} \\(patchHost\\): .*Nondeterminism`);
  expect(refusal.problems).toEqual([
    { path: run.handle.workflowId, message: expect.stringMatching(turn) as unknown, expected: '' },
  ]);
  expect(await check()).toMatchObject({ code: 0, out: expect.stringContaining('2 open workflows') as unknown });

  stage.plant.clearFaults(host);
  const again = await startWorker(thisBuild);
  expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
  expect(repeated(effectsOf(stage.plant, host))).toEqual([]);
  await again.close();
  await (await startWorker(otherOrder)).close();
});
