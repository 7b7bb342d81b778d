import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_STEP_NOTES } from '../../../model/turn.ts';
import { windowInput } from './input.ts';
import { openRunStage, type RunStage } from './lab-stage.ts';

let stage: RunStage;

beforeAll(async () => {
  stage = await openRunStage();
});
afterAll(() => stage.close());

test('what a script says beside its result stands in the record of its step, and decides nothing', async () => {
  const host = stage.take('application');
  stage.plant.order({ host, fault: 'shell', behaviour: 'fake-markers', script: 'Start-FettleUpdateTask', times: 1 });
  const run = await stage.start(windowInput([host]));
  expect((await run.result()).outcome).toBe('succeeded');

  const steps = (await run.entry(host))?.outcome?.steps ?? [];
  const [installing, ...others] = steps.filter(({ notes }) => notes !== undefined);
  expect(installing?.step).toBe('install');
  expect(others).toEqual([]);
  expect(installing?.notes?.length).toBeLessThanOrEqual(MAX_STEP_NOTES);
  for (const note of installing?.notes ?? []) expect(note).toMatch(/^stray output of Start-FettleUpdateTask: /);
});
