import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failureRule, type FailureType } from '../../../model/failures.ts';
import type { ControlActivities, InstallReport, SiteActivities, StepRequest } from '../../../model/activities.ts';
import type { PatchPlan } from '../../../model/plan.ts';
import type { Baseline, VerifyReport } from '../../../model/turn.ts';
import { Gates } from './gates.ts';

type Step = keyof SiteActivities;

/** Activities that a test directs: what each step of each host does, in which order they were called, and gates to hold them at. */
export class Directed {
  readonly calls: string[] = [];
  readonly gates = new Gates();
  plan: PatchPlan | null = null;
  dryRun = false;
  /** What planning fails with while there is no plan. */
  refusal: FailureType = 'PlanRefused';
  /** Where planning says that the targets are; only `nordhavn` has a worker. */
  plannedSite = 'nordhavn';
  /** What the survey says of each host. */
  surveyed = 'not read by these activities';
  /** Who holds a lock that a run met. */
  holder: ControlActivities['describeHolder'] = async ({ workflowId }) => ({
    workflowId,
    executionRunId: 'e',
    runId: 'patch-window/CHG0099999/other',
    runKey: 'other',
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
  requestOf<S extends Exclude<Step, 'surveyHosts'>>(host: string, step: S): Parameters<SiteActivities[S]>[0] {
    return this.requests.get(`${host}/${step}`) as Parameters<SiteActivities[S]>[0];
  }

  readonly control: ControlActivities = {
    resolveTargets: async () => {
      const plan = this.planned();
      const { change, reason, limits, targets } = plan.material;
      return {
        change,
        reason,
        limits,
        dryRun: this.dryRun,
        sites: [{ site: this.plannedSite, hosts: targets.map(({ host }) => host) }],
      };
    },
    freezePlan: async () => this.planned(),
    describeHolder: (request) => this.holder(request),
    followTurn: (request) => this.followed(request),
    awaitRelease: (request) => this.released(request),
  };

  readonly site: SiteActivities = {
    surveyHosts: async ({ hosts }) =>
      hosts.map((host) => ({ host, status: 'unreadable', reason: this.surveyed, simulated: [] })),
    preflight: (request) => this.act('preflight', request, this.baseline(request)),
    startMaintenance: (request) =>
      this.act('startMaintenance', request, {
        endpoint: 'scom01',
        objects: [request.target.host],
        until: request.until,
      }),
    endMaintenance: (request) => this.act('endMaintenance', request, undefined),
    oldSnapshots: (request) => this.act('oldSnapshots', request, { expired: [], overAge: [] }),
    takeSnapshot: (request) =>
      this.act('takeSnapshot', request, {
        endpoint: 'vcenter01',
        vmId: 'vm-1',
        datastore: 'ds1',
        name: 'fettle-1',
        keepUntil: new Date().toISOString(),
      }),
    removeSnapshot: (request) => this.act('removeSnapshot', request, undefined),
    confirmRoles: (request) => this.act('confirmRoles', request, `roles as planned, before the ${request.before}`),
    startInstall: (request) =>
      this.act('startInstall', request, {
        taskName: 'fettle-task',
        startedAt: new Date().toISOString(),
        updates: request.updates,
      }),
    followInstall: (request) => this.act('followInstall', request, this.report(request)),
    restartHost: (request) => this.act('restartHost', request, { requested: true }),
    awaitRestart: (request) => this.act('awaitRestart', request, { bootTime: new Date().toISOString() }),
    rescan: (request) =>
      this.act('rescan', request, { left: [], others: [], pendingReboot: [], updates: this.report(request).updates }),
    startService: (request) => this.act('startService', request, undefined),
    verifyHost: (request) => this.act('verifyHost', request, healthy),
    eventExcerpt: (request) => this.act('eventExcerpt', request, []),
  };

  private planned(): PatchPlan {
    if (this.plan === null) throw ApplicationFailure.nonRetryable('the test gave no plan', this.refusal);
    return this.plan;
  }

  private async act<T>(step: Step, request: StepRequest, answer: T): Promise<T> {
    const host = request.target.host.split('.')[0] ?? '';
    this.calls.push(`${host}:${step}`);
    this.requests.set(`${host}/${step}`, request);
    await this.gates.pass(`${host}/${step}`, Context.current());
    const endings = this.orders.get(`${host}/${step}`);
    const ending = endings !== undefined && endings.length > 1 ? endings.shift() : endings?.[0];
    if (ending === undefined || ending === 'good') return answer;
    if (typeof ending === 'string') throw directedFailure(ending as FailureType, step);
    return ending as T;
  }

  private baseline({ target }: StepRequest): Baseline {
    return {
      bootTime: '2026-11-01T00:00:00.000Z',
      runningServices: ['W32Time'],
      toInstall: target.updates,
      updates: target.updates.map(({ id, kb }) => ({ id, kb, outcome: 'not-attempted', detail: '' })),
      pendingReboot: [],
      warnings: [],
      simulated: ['plant'],
    };
  }

  private report({ target }: StepRequest): InstallReport {
    return {
      updates: target.updates.map(({ id, kb }) => ({ id, kb, outcome: 'installed', detail: '' })),
      installed: target.updates.length,
      rebootRequired: true,
    };
  }
}

export const healthy: VerifyReport = { servicesDown: [], probesFailed: [], group: null, pendingReboot: [] };

function directedFailure(type: FailureType, step: Step): ApplicationFailure {
  const message = `${step} was told to fail with ${type}`;
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !failureRule(type).retry,
    details: [{ question: null }],
  });
}
