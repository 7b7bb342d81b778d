import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createPatchActivities } from '../../../activities/patch-window/index.ts';
import type { ShellLog } from '../../../activities/powershell/settings.ts';
import type { Shell } from '../../../activities/powershell/shell.ts';
import type { FailureDetail } from '../../../model/failures.ts';
import type { HostConnection, InventoryEndpoint, InventoryHost } from '../../../model/inventory.ts';
import type { HostRequest, PatchActivities } from '../../../model/patch-window/activities.ts';
import type { OfferedUpdate } from '../../../model/patch-window/facts.ts';
import type { FrozenUpdate, PatchLimits } from '../../../model/patch-window/plan.ts';
import type { Limits } from '../../../model/plan.ts';
import type { StepRequest, StepResult } from '../../../model/turn.ts';
import { inventoryDigest } from '../../../runbooks/planning/canonical-json.ts';
import { host as healthyHost } from '../../patch-window/plan/stage.ts';

export { NO_ROLES } from '../../patch-window/plan/stage.ts';

export const MINUTE = 60_000;
export const HOST = 'app01.corp.example';
export const UPDATE = { id: '11111111-1111-4111-8111-111111111111', revision: 200, kb: 'KB5000001' };
export const OTHER_UPDATE = { id: '22222222-2222-4222-8222-222222222222', revision: 100, kb: 'KB5000002' };

const HERE: HostConnection = { transport: 'local', address: '127.0.0.1', port: 22 };

export const LIMITS: Limits = {
  callMs: 5_000,
  pollMs: 1,
  heartbeatMs: 30_000,
  retryFirstMs: 1,
  retryAttempts: 3,
  workerWaitMs: MINUTE,
  workerReturnMs: MINUTE,
};
const PATCH_LIMITS: PatchLimits = {
  installMs: 120 * MINUTE,
  rebootMs: 60 * MINUTE,
  maxRounds: 4,
  scanMaxAgeMs: 3 * 24 * 60 * MINUTE,
  backupMaxAgeMs: 24 * 60 * MINUTE,
  freeDiskMb: 8_000,
  datastoreFreeGb: 100,
  datastoreSnapshots: 3,
  maintenanceMarginMs: 30 * MINUTE,
};

export function inventoryHost(changes: Partial<InventoryHost> = {}): InventoryHost {
  const vm = { endpoint: 'vcenter.corp.example', vmId: 'vm-1', datastore: 'ssd01', sharedDisks: false };
  return healthyHost('app01', {
    virtualization: { kind: 'vmware', ...vm },
    monitoring: { endpoint: 'scom.corp.example', objects: [HOST, 'http://app01/health'] },
    connection: HERE,
    backup: undefined,
    services: ['W3SVC'],
    ...changes,
  });
}

/** An update as a plan freezes it. */
function frozen(update: typeof UPDATE): FrozenUpdate {
  const { kb } = update;
  return { ...update, title: `Update ${kb}`, classification: 'Security Updates', sizeMb: 300, rebootRequired: true };
}

export function offered(update: typeof UPDATE): OfferedUpdate {
  return { ...frozen(update), supersedes: [] };
}

/** What a healthy host answers. */
export function hostState(changes: object = {}) {
  return {
    bootTime: '2026-11-01T04:00:00Z',
    pendingReboot: [],
    freeDiskMb: 40_000,
    services: [{ name: 'W3SVC', state: 'Running' as const, startType: 'Automatic' as const }],
    installer: { busy: false, servicing: false, rebootRequired: false, tasks: [] },
    lastVerifiedBackupAt: new Date().toISOString(),
    ...changes,
  };
}
/** What every step is told. */
export function stepRequest(host: InventoryHost, changes: Partial<StepRequest> = {}): HostRequest {
  return {
    run: { runId: 'patch-window/CHG0001/1', runKey: '0193-run-key-1', change: 'CHG0001', reason: 'November updates' },
    stage: 'patch',
    target: host.name,
    turn: 1,
    round: 1,
    limits: LIMITS,
    scripts: {},
    inventoryDigest: inventoryDigest(host, (text) => createHash('sha256').update(text).digest('hex')),
    ...changes,
  };
}

/** What preflight is told: what the plan froze of the host. */
export function planned(host: InventoryHost) {
  return {
    ...stepRequest(host),
    updates: [frozen(UPDATE), frozen(OTHER_UPDATE)],
    approved: { kbs: [], classifications: [], excludedKbs: [], updates: [UPDATE, OTHER_UPDATE] },
    snapshot: true,
    finishPendingReboot: false,
    expectedMs: 60 * MINUTE,
    closesAt: new Date(Date.now() + 240 * MINUTE).toISOString(),
    patchLimits: PATCH_LIMITS,
  };
}

const ENDPOINTS: InventoryEndpoint[] = [
  { name: 'vcenter.corp.example', kind: 'vmware', connection: HERE },
  { name: 'scom.corp.example', kind: 'monitoring', connection: HERE },
];

/** What a step found, without the notes beside it. */
type ResultOf<K extends keyof PatchActivities> =
  Awaited<ReturnType<PatchActivities[K]>> extends infer A ? (A extends StepResult<infer R> ? R : A) : never;

/** Runs one activity over a shell, in an environment of its own, and keeps its heartbeats. `tries`: which attempt it is. */
export function situation(
  shell: Shell,
  hosts: InventoryHost[] = [inventoryHost()],
  endpoints = ENDPOINTS,
  log?: ShellLog,
  tries = 1,
) {
  const activities = createPatchActivities({
    shell,
    scripts: {},
    ...(log === undefined ? {} : { log }),
    organisation: () => ({
      inventory: { hosts, endpoints },
      sites: [],
      policies: { limits: LIMITS, maxConcurrency: 10 },
      settings: {},
    }),
  });
  const heartbeats: unknown[] = [];
  const notes = new Set<string>();
  const attempt = (info: object = {}) => {
    const environment = new MockActivityEnvironment(
      { scheduledTimestampMs: Date.now(), heartbeatTimeoutMs: 30_000, attempt: tries, ...info },
      { logger: new DefaultLogger('ERROR') },
    );
    environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
    return environment;
  };
  const runIn = async <K extends keyof PatchActivities>(
    environment: MockActivityEnvironment,
    name: K,
    request: Parameters<PatchActivities[K]>[0],
  ): Promise<ResultOf<K>> => {
    type Any = (given: unknown) => Promise<object>;
    const ended = await environment.run<[unknown], object, Any>(activities[name] as unknown as Any, request);
    if ('notes' in ended) for (const note of ended.notes as string[]) notes.add(note);
    return ('result' in ended ? ended.result : ended) as ResultOf<K>;
  };
  const environment = attempt();
  const run = <K extends keyof PatchActivities>(name: K, request: Parameters<PatchActivities[K]>[0]) =>
    runIn(environment, name, request);
  /** Looks again until it is over, as the server does: what was seen last comes with the next look. */
  const follow = async <K extends keyof PatchActivities>(
    name: K,
    request: Parameters<PatchActivities[K]>[0],
  ): Promise<ResultOf<K>> => {
    for (;;) {
      try {
        return await runIn(attempt({ heartbeatDetails: heartbeats.at(-1) }), name, request);
      } catch (error) {
        if (!(error instanceof ApplicationFailure) || error.type !== 'NotOver') throw error;
        await new Promise((resolve) => setTimeout(resolve, request.limits.pollMs));
      }
    }
  };
  return {
    run,
    follow,
    heartbeats,
    environment,
    /** What the steps noted, each once. */
    get notes() {
      return [...notes];
    },
  };
}

/** How an activity failed, as a workflow would see it. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<{ type: string; message: string; retryable: boolean } & FailureDetail> {
  const error = await promise.then(
    () => new Error('The activity was expected to fail, and it did not'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApplicationFailure)) throw error;
  const detail = error.details?.[0] as FailureDetail | undefined;
  return { type: error.type ?? '', message: error.message, retryable: error.nonRetryable !== true, ...detail };
}
