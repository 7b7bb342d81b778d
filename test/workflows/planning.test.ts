import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { patchPlan, plannedTarget, quickLimits } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.directed.plannedSite = 'nordhavn';
  stage.directed.surveyed = 'not read by these activities';
});

const targets = Array.from({ length: 25 }, (_, i) => plannedTarget(`pln${i}`));

describe('planning', () => {
  test('waits once for the worker of a site that has none, not once for each page of hosts', async () => {
    stage.directed.plannedSite = 'nobody-there';
    const limits = { ...quickLimits, workerWaitMs: 500 };
    const window = { opensAt: null, closesAt: new Date(Date.now() - 1).toISOString(), timeZone: 'UTC', notes: [] };
    const run = await stage.start(patchPlan({ targets, material: { limits, window } }));
    expect((await run.result()).outcome).toBe('cut-off');
    const { events } = await run.handle.fetchHistory();
    const surveys = events?.filter(
      ({ activityTaskScheduledEventAttributes: a }) => a?.activityType?.name === 'surveyHosts',
    );
    expect(surveys).toHaveLength(1);
  });

  test('refuses more facts than a run can carry, in words that help', async () => {
    stage.directed.surveyed = 'x'.repeat(100_000);
    const run = await stage.start(patchPlan({ targets }));
    await expect(run.result()).rejects.toMatchObject({
      cause: { type: 'PlanTooLarge', message: expect.stringContaining('25 targets') },
    });
  });
});
