import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { createPlanningActivities } from '../../../activities/planning/index.ts';
import type { FreezeRequest } from '../../../model/activities.ts';
import { patchWindow } from '../../../runbooks/patch-window/index.ts';
import { facts, host, input, NOW, organisation, read } from './stage.ts';

const hosts = [host('app01'), host('app02'), host('app03', { site: 'vestby' })];
const control = createPlanningActivities({
  organisation: () => organisation(hosts),
  runbooks: [patchWindow],
  readDrain: () => Promise.resolve(null),
  scripts: { 'Get-HostState.ps1': 'a'.repeat(64) },
});
const runbook = 'patch-window';
const times = { dueAt: NOW, now: NOW };

/** A request to freeze the plan, after the input was resolved as the workflow does. */
async function request(surveyed: FreezeRequest['surveyed']): Promise<FreezeRequest> {
  const { parsed, window } = await control.resolveTargets({ runbook, input: input(), ...times, begins: true });
  return { runbook, parsed, window, surveyed, ...times, relist: null };
}

async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw error;
}

describe('resolving targets', () => {
  it('groups them by the queue of their site', async () => {
    const resolved = await control.resolveTargets({
      runbook,
      input: input({ site: ['vestby', 'nordhavn'], dryRun: true }),
      ...times,
      begins: true,
    });
    expect(resolved).toMatchObject({
      change: 'CHG0012345',
      dryRun: true,
      survey: 'surveyHosts',
      surveys: [
        { queue: 'site-nordhavn', items: ['app01.corp.example', 'app02.corp.example'] },
        { queue: 'site-vestby', items: ['app03.corp.example'] },
      ],
    });
  });

  it('fails once and for all with every problem, in the message and in the details', async () => {
    const wrong = input({ change: 'x', soak: 'y', reboot: 'z', failureBudget: {}, targets: { names: ['app09'] } });
    const failure = await failureOf(control.resolveTargets({ runbook, input: wrong, ...times, begins: true }));
    expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
    const [detail] = failure.details as [{ type: string; problems: { path: string }[] }];
    expect(detail.type).toBe('InvalidInput');
    expect(detail.problems.map(({ path }) => path).toSorted()).toEqual([
      'change',
      'failureBudget',
      'reboot',
      'soak',
      'targets.names[0]',
    ]);
    for (const { path } of detail.problems) expect(failure.message).toContain(`- ${path}: `);
  });
});

describe('freezing the plan', () => {
  it('takes the window that was read before the survey, and refuses one that closed during the survey', async () => {
    const asked = await request([read(facts('app01'))]);
    const slow = await control.freezePlan({ ...asked, now: '2026-11-20T21:00:00Z' });
    expect(slow.material.window.closesAt).toBe('2026-11-20T22:00:00Z');
    const failure = await failureOf(control.freezePlan({ ...asked, now: '2026-11-20T22:00:00Z' }));
    expect(failure).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('closed at 2026-11-20T22'),
    });
  });

  it('returns the plan with the scripts of the worker', async () => {
    const plan = await control.freezePlan(await request([read(facts('app01')), read(facts('app02'))]));
    expect(plan.planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(plan.material.scripts).toEqual({ 'Get-HostState.ps1': 'a'.repeat(64) });
  });

  it('fails with PlanRefused and each reason when no target is left', async () => {
    const failure = await failureOf(control.freezePlan(await request([])));
    expect(failure).toMatchObject({ type: 'PlanRefused', nonRetryable: true });
    expect(failure.message).toContain('app01.corp.example could not be read');
  });

  it('lets the list of a later stage come out empty: there is nothing to do then', async () => {
    const plan = await control.freezePlan({ ...(await request([])), relist: { stage: 'later', before: {} } });
    expect(plan.guards).toHaveLength(2);
  });
});

describe('the window of a later stage', () => {
  const due = '2026-12-24T18:00:00Z';

  it('is resolved from when that stage was due', async () => {
    const late = { dueAt: due, now: '2026-12-24T21:59:59Z' };
    const window = await control.stageWindow({ runbook, input: input(), ...late });
    expect(window.closesAt).toBe('2026-12-24T22:00:00Z');
  });

  it('that is over when a worker takes the stage up is a refusal', async () => {
    const asked = control.stageWindow({ runbook, input: input(), dueAt: due, now: '2026-12-24T22:00:03Z' });
    expect((await failureOf(asked)).message).toContain(`closed at 2026-12-24T22:00:00Z (+4h, read against ${due}`);
  });

  it('of a runbook that this worker does not have is a refusal', async () => {
    const asked = control.stageWindow({ runbook: 'drain-hosts', input: input(), ...times });
    expect(await failureOf(asked)).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  });
});
