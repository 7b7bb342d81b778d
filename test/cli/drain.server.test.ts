import { WorkflowUpdateFailedError, type WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Drain } from '../../model/drain.ts';
import { windowInput } from '../patch-window/runs/input.ts';
import { openRunStage, type RunStage } from '../patch-window/runs/lab-stage.ts';
import { planned, resume, untilEffect } from '../patch-window/runs/turn.ts';
import { CommandLine } from './command-line.ts';

let stage: RunStage;
let operator: CommandLine;
beforeAll(async () => {
  stage = await openRunStage();
  operator = new CommandLine(stage.lab.temporal);
});
afterAll(() => stage.close());

const why = ['--reason', 'Upgrade at noon', '--by', 'Kim Example'];
const said = 'drained, unattributed (says "Kim Example"): "Upgrade at noon"';

test('while a drain is set no new run begins, wherever it is started, and an open one goes on to its end', async () => {
  const [host, other] = [stage.take(), stage.take()];
  const open = await planned(stage, windowInput([host]));
  const { drain } = await operator.json<{ drain: Drain }>(['drain', ...why]);
  expect(drain).toMatchObject({ by: 'Kim Example', reason: 'Upgrade at noon' });
  expect(await operator.fettle(['drain', ...why])).toMatchObject({
    code: 5,
    err: expect.stringContaining(`${drain.since}: ${said}`) as unknown,
  });

  const inTheWebUi = await stage.start(windowInput([other]));
  const failure = (await inTheWebUi.handle.result().catch((error: unknown) => error)) as WorkflowFailedError;
  expect(failure.cause).toMatchObject({ type: 'Draining', message: expect.stringContaining(said) as unknown });
  // It is refused before anything is started.
  const atTheDoor = await operator.fettle(['start', 'patch-window', '--input', '-'], windowInput([other]));
  expect(atTheDoor).toMatchObject({ code: 5, err: expect.stringContaining(said) as unknown });
  expect((await operator.fettle(['list'])).out).toContain(said);
  expect((await operator.fettle(['doctor'])).out).toContain(said);

  await resume(open);
  await untilEffect(stage.plant, host, 'install-started');
  expect(await open.result()).toMatchObject({ outcome: 'succeeded' });

  const end = ['drain', '--end', '--reason', 'The new build is in'];
  expect(await operator.json(end)).toEqual({ drain: null });
  expect(await operator.fettle(end)).toMatchObject({ code: 5 });
  expect(await operator.fettle(['plan', 'patch-window', '--input', '-'], windowInput([other]))).toMatchObject({
    code: 0,
  });
});

test('a drain that is set in the Web UI counts as well, and one that would not count fails', async () => {
  const { workflow } = stage.lab.client;
  const begin = (workflowId: string, input: unknown) =>
    workflow.start('drain', { taskQueue: 'control', workflowId, args: [input] });
  for (const [workflowId, input] of [
    ['drain', { by: 'Kim Example' }],
    ['drain-2', { reason: 'x' }],
  ] as const) {
    await expect((await begin(workflowId, input)).result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
  }
  const set = await begin('drain', { reason: 'Upgrade at noon', by: 'Kim Example' });
  await expect.poll(async () => (await operator.fettle(['list'])).out).toContain(said);
  await expect(set.executeUpdate('endDrain', { args: [{}] })).rejects.toThrow(WorkflowUpdateFailedError);
  await set.executeUpdate('endDrain', { args: [{ reason: 'Done' }] });
  expect(await set.result()).toEqual({ reason: 'Done', by: 'somebody who gave no name' });
});
