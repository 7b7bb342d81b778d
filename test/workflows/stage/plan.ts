import type { Limits, PatchPlan, PlannedTarget, PlannedWave } from '../../../model/plan.ts';

/** Limits short enough for tests that wait for events. */
export const quickLimits: Limits = {
  installMs: 20_000,
  rebootMs: 20_000,
  callMs: 5_000,
  pollMs: 20,
  heartbeatMs: 5_000,
  retryFirstMs: 20,
  retryAttempts: 3,
  workerWaitMs: 10_000,
  maxRounds: 4,
  scanMaxAgeMs: 86_400_000,
  backupMaxAgeMs: 86_400_000,
  freeDiskMb: 1,
  datastoreFreeGb: 1,
  datastoreSnapshots: 10,
  maintenanceMarginMs: 600_000,
};

export const MINUTE = 60_000;

export function plannedTarget(name: string, change: Partial<PlannedTarget> = {}): PlannedTarget {
  return {
    host: `${name}.corp.example`,
    site: 'nordhavn',
    os: 'Windows Server 2022',
    roles: ['application'],
    redundancyGroup: null,
    inventoryDigest: 'd',
    updates: [
      {
        id: '00000000-0000-4000-8000-000000000001',
        revision: 1,
        kb: 'KB5000001',
        title: 'Cumulative',
        classification: 'Security Updates',
        sizeMb: 100,
        rebootRequired: true,
      },
    ],
    otherUpdates: [],
    snapshot: true,
    snapshotReason: '',
    exclusive: change.redundancyGroup ? [`group/${change.redundancyGroup}`] : [],
    expectedMs: 10 * MINUTE,
    steps: ['preflight', 'install', 'reboot', 'verify'],
    ...change,
  };
}

export interface PlanChange {
  targets: PlannedTarget[];
  waves?: PlannedWave[];
  material?: Partial<PatchPlan['material']>;
  guards?: PatchPlan['guards'];
}

/** A plan of one wave for these targets, changed where a test asks for it. */
export function patchPlan({ targets, waves, material, guards = [] }: PlanChange): PatchPlan {
  const closesAt = new Date(Date.now() + 240 * MINUTE).toISOString();
  return {
    runbook: 'patch-window',
    planHash: 'a'.repeat(64),
    material: {
      change: 'CHG0012345',
      reason: 'test',
      sites: ['nordhavn'],
      window: { closesAt, timeZone: 'UTC', notes: [] },
      approved: { kbs: [], classifications: ['Security Updates'], excludedKbs: [], updates: [] },
      reboot: 'when-required',
      snapshot: { take: 'when-possible', keepMs: 1000 },
      finishPendingReboot: false,
      failureBudget: targets.length,
      soakMs: 0,
      limits: quickLimits,
      waves: waves ?? [{ name: 'all', canary: false, concurrency: 10, hosts: targets.map(({ host }) => host) }],
      targets,
      scripts: {},
      ...material,
    },
    observed: { plannedAt: new Date().toISOString(), expectedEnd: closesAt, hosts: {} },
    guards,
    simulated: ['plant'],
  };
}
