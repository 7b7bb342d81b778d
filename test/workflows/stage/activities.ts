import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ControlActivities } from '../../../model/activities.ts';
import { failureRule, type FailureType } from '../../../model/failures.ts';
import type { Look } from '../../../model/look.ts';
import type { InstallReport, PatchActivities, PreflightRequest } from '../../../model/patch-window/activities.ts';
import type { PatchPlan } from '../../../model/patch-window/plan.ts';
import type { Baseline, VerifyReport } from '../../../model/patch-window/turn.ts';
import { siteQueue } from '../../../model/queues.ts';
import type { StepRequest, StepResult } from '../../../model/turn.ts';
import { Gates } from './gates.ts';

/** An activity of a host's turn. */
export type Step = Exclude<keyof PatchActivities, 'surveyHosts'>;

/** Activities that a test directs: what each step of each host does, in which order they were called, and gates to hold them at. */
export class Directed {
  readonly calls: string[] = [];
  readonly gates = new Gates();
  /** By the workflow id of their runs. */
  readonly plans = new Map<string, PatchPlan>();
  dryRun = false;
  /** What planning fails with where there is no plan. */
  refusal: FailureType = 'PlanRefused';
  /** Where planning says that the targets are; only `nordhavn` has a worker. */
  plannedSite = 'nordhavn';
  /** What the scripts of every step say beside their results. */
  notes: string[] = [];
  /** What the survey says of each host. */
  surveyed = 'not read by these activities';
  /** Who holds a lock that a run met. */
  holder: ControlActivities['describeHolder'] = async ({ workflowId }) => ({
    workflowId,
    executionRunId: 'e',
    runId: 'patch-window/CHG0099999/other',
    parentKey: 'other',
  });
  /** How a turn ended that a run followed. */
  followed: ControlActivities['followTurn'] = async () => {
    throw ApplicationFailure.nonRetryable('not used here', 'ScriptFailed');
  };
  /** How the wait for a lock ends. */
  released: ControlActivities['awaitRelease'] = async () => true;
  private readonly requests = new Map<string, unknown>();
  private readonly orders = new Map<string, unknown[]>();

  /** The next calls of a step on a host end like this: a failure type to throw, or an answer. The last order stays. */
  order(host: string, step: Step, ...endings: unknown[]): void {
    this.orders.set(`${host}/${step}`, endings);
  }

  /** Calls of one host, without its domain: `install`, `reboot`. */
  callsOf(host: string): string[] {
    return this.calls.filter((call) => call.startsWith(`${host}:`)).map((call) => call.slice(host.length + 1));
  }

  /** What a step of one host was asked for last. */
  requestOf<S extends Step>(host: string, step: S): Parameters<PatchActivities[S]>[0] {
    return this.requests.get(`${host}/${step}`) as Parameters<PatchActivities[S]>[0];
  }

  readonly control: ControlActivities = {
    resolveTargets: async () => {
      const { change, reason, limits, targets, window } = this.planned().material;
      const surveys = [{ queue: siteQueue(this.plannedSite), items: targets.map(({ id }) => id) }];
      return { change, reason, limits, dryRun: this.dryRun, parsed: {}, window, surveys, survey: 'surveyHosts' };
    },
    freezePlan: async () => this.planned(),
    stageWindow: async () => this.planned().material.window,
    describeHolder: (request) => this.holder(request),
    endedTurn: async () => 'another',
    followTurn: (request) => this.followed(request),
    awaitRelease: (request) => this.released(request),
  };

  readonly site: PatchActivities = {
    surveyHosts: async ({ items }) =>
      items.map((id) => ({ id, status: 'unreadable', reason: this.surveyed, simulated: [] })),
    preflight: (request) => this.act('preflight', request, baseline(request)),
    startMaintenance: (request) =>
      this.act('startMaintenance', request, {
        endpoint: 'scom01',
        objects: [request.target],
        until: request.until,
      }),
    endMaintenance: (request) => this.act('endMaintenance', request, null),
    oldSnapshots: (request) => this.act('oldSnapshots', request, { expired: [], overAge: [] }),
    takeSnapshot: (request) =>
      this.act('takeSnapshot', request, {
        endpoint: 'vcenter01',
        vmId: 'vm-1',
        datastore: 'ds1',
        name: 'fettle-1',
        keepUntil: new Date().toISOString(),
      }),
    removeSnapshot: (request) => this.act('removeSnapshot', request, null),
    confirmRoles: (request) => this.act('confirmRoles', request, `roles as planned, before the ${request.before}`),
    startInstall: (request) =>
      this.act('startInstall', request, {
        taskName: 'fettle-task',
        startedAt: new Date().toISOString(),
        updates: request.updates,
      }),
    followInstall: (request) => this.act('followInstall', request, report(request.task.updates)),
    restartHost: (request) => this.act('restartHost', request, { requested: true }),
    awaitRestart: (request) => this.act('awaitRestart', request, { bootTime: new Date().toISOString() }),
    rescan: (request) =>
      this.act('rescan', request, {
        left: [],
        others: [],
        pendingReboot: [],
        updates: report(request.updates).updates,
      }),
    startService: (request) => this.act('startService', request, null),
    verifyHost: (request) => this.act('verifyHost', request, healthy),
    eventExcerpt: (request) => this.act('eventExcerpt', request, []),
  };

  private planned(): PatchPlan {
    const plan = this.plans.get(Context.current().info.workflowExecution?.workflowId ?? '');
    if (plan === undefined) throw ApplicationFailure.nonRetryable('the test gave no plan', this.refusal);
    return plan;
  }

  private async act<R>(step: Step, request: StepRequest, answer: R): Promise<StepResult<R>> {
    const host = request.target.split('.')[0] ?? '';
    this.calls.push(`${host}:${step}`);
    this.requests.set(`${host}/${step}`, request);
    await this.gates.pass(`${host}/${step}`, Context.current());
    const endings = this.orders.get(`${host}/${step}`);
    const ending = endings !== undefined && endings.length > 1 ? endings.shift() : endings?.[0];
    if (typeof ending === 'string' && ending !== 'good') throw directedFailure(ending as FailureType, step, this.notes);
    return { result: ending === undefined || ending === 'good' ? answer : (ending as R), notes: this.notes };
  }
}

/** What preflight says of a host with nothing left to do. */
export const idle: Baseline = {
  bootTime: '2026-11-01T00:00:00.000Z',
  runningServices: ['W32Time'],
  toInstall: [],
  updates: [],
  pendingReboot: [],
  warnings: [],
  simulated: ['plant'],
};

function baseline({ updates }: PreflightRequest): Baseline {
  const open = updates.map(({ id, kb }) => ({ id, kb, outcome: 'not-attempted' as const, detail: '' }));
  return { ...idle, toInstall: updates, updates: open };
}

function report(updates: { id: string; kb: string }[]): InstallReport {
  return {
    updates: updates.map(({ id, kb }) => ({ id, kb, outcome: 'installed', detail: '' })),
    installed: updates.length,
    rebootRequired: true,
  };
}

export const healthy: VerifyReport = { servicesDown: [], probesFailed: [], group: null, pendingReboot: [] };

/** What a look sees that is told to find nothing over. */
export const SEEN: Look = {
  percent: 60,
  current: 'KB5000001',
  at: '2026-11-01T02:10:00.000Z',
  looks: 1,
  unanswered: 0,
  unansweredMs: 0,
};

function directedFailure(type: FailureType, step: Step, notes: string[]): ApplicationFailure {
  const message = `${step} was told to fail with ${type}`;
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !failureRule(type).retry,
    details: [{ question: null, notes, ...(type === 'NotOver' ? { look: SEEN } : {}) }],
  });
}
