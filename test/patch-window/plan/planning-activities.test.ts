import { ApplicationFailure } from '@temporalio/common';
import { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { createControlActivities } from '../../../activities/planning/index.ts';
import { facts, host, input, NOW, organisation, read } from './stage.ts';

const hosts = [host('app01'), host('app02'), host('app03', { site: 'vestby' })];
const control = createControlActivities({
  organisation: () => organisation(hosts),
  // Planning never calls Temporal; a client connects only when it is used.
  client: Object.create(Client.prototype) as Client,
  scripts: { 'Get-HostState.ps1': 'a'.repeat(64) },
});

async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw error;
}

describe('resolving targets', () => {
  it('groups them by site', async () => {
    const resolved = await control.resolveTargets({
      input: input({ site: ['vestby', 'nordhavn'], dryRun: true }),
    });
    expect(resolved).toMatchObject({
      change: 'CHG0012345',
      dryRun: true,
      sites: [
        { site: 'nordhavn', hosts: ['app01.corp.example', 'app02.corp.example'] },
        { site: 'vestby', hosts: ['app03.corp.example'] },
      ],
    });
  });

  it('fails once and for all with every problem, in the message and in the details', async () => {
    const wrong = input({ change: 'x', soak: 'y', reboot: 'z', failureBudget: {}, targets: { names: ['app09'] } });
    const failure = await failureOf(control.resolveTargets({ input: wrong }));
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
  it('returns the plan with the scripts of the worker', async () => {
    const surveyed = [read(facts('app01')), read(facts('app02'))];
    const plan = await control.freezePlan({ input: input(), surveyed, now: NOW });
    expect(plan.planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(plan.material.scripts).toEqual({ 'Get-HostState.ps1': 'a'.repeat(64) });
  });

  it('fails with PlanRefused and each reason when no target is left', async () => {
    const failure = await failureOf(control.freezePlan({ input: input(), surveyed: [], now: NOW }));
    expect(failure).toMatchObject({ type: 'PlanRefused', nonRetryable: true });
    expect(failure.message).toContain('app01.corp.example could not be read');
  });
});
