import { hostTurnId } from '../../../model/ids.ts';
import type {
  PatchLimits,
  PatchMaterial,
  PatchPlan,
  PatchTarget,
  PlannedHost,
} from '../../../model/patch-window/plan.ts';
import type { Limits, PlannedWave } from '../../../model/plan.ts';
import { siteQueue } from '../../../model/queues.ts';

/** Limits short enough for tests that wait for events. */
export const quickLimits: Limits = {
  callMs: 5_000,
  pollMs: 20,
  heartbeatMs: 5_000,
  retryFirstMs: 20,
  retryAttempts: 3,
  workerWaitMs: 10_000,
  workerReturnMs: 20_000,
};

export const quickPatchLimits: PatchLimits = {
  installMs: 20_000,
  rebootMs: 20_000,
  maxRounds: 4,
  scanMaxAgeMs: 86_400_000,
  backupMaxAgeMs: 86_400_000,
  freeDiskMb: 1,
  datastoreFreeGb: 1,
  datastoreSnapshots: 10,
  maintenanceMarginMs: 600_000,
};

export const MINUTE = 60_000;

/** What a test changes of a host: of what every target has, and of what patching knows. */
export type HostChange = Partial<Pick<PlannedHost, 'exclusive' | 'expectedMs'> & PatchTarget>;

export function plannedTarget(name: string, change: HostChange = {}): PlannedHost {
  const { exclusive = [], expectedMs = 10 * MINUTE, ...own } = change;
  const id = `${name}.corp.example`;
  return {
    id,
    lock: hostTurnId(id),
    queue: siteQueue('nordhavn'),
    exclusive,
    expectedMs,
    steps: ['preflight', 'install', 'reboot', 'verify'],
    own: {
      os: 'Windows Server 2022',
      roles: ['application'],
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
      ...own,
    },
  };
}

/** One wave for these targets. */
export function waveOf(targets: PlannedHost[], change: Partial<PlannedWave> = {}): PlannedWave {
  return { name: 'all', canary: false, concurrency: 10, targets: targets.map(({ id }) => id), ...change };
}

export interface PlanChange {
  targets: PlannedHost[];
  waves?: PlannedWave[];
  material?: Partial<Omit<PatchPlan['material'], 'own'>>;
  own?: Partial<PatchMaterial>;
  guards?: PatchPlan['guards'];
}

/** A plan of one wave for these targets, changed where a test asks for it. */
export function patchPlan({ targets, waves, material, own, guards = [] }: PlanChange): PatchPlan {
  const closesAt = new Date(Date.now() + 240 * MINUTE).toISOString();
  return {
    runbook: 'patch-window',
    planHash: 'a'.repeat(64),
    material: {
      change: 'CHG0012345',
      reason: 'test',
      sites: ['nordhavn'],
      window: { opensAt: null, closesAt, timeZone: 'UTC', notes: [] },
      failureBudget: targets.length,
      soakMs: 0,
      limits: quickLimits,
      waves: waves ?? [waveOf(targets)],
      targets,
      scripts: {},
      own: {
        approved: { kbs: [], classifications: ['Security Updates'], excludedKbs: [], updates: [] },
        reboot: 'when-required',
        snapshot: { take: 'when-possible', keepMs: 1000 },
        finishPendingReboot: false,
        limits: quickPatchLimits,
        ...own,
      },
      ...material,
    },
    observed: { plannedAt: new Date().toISOString(), expectedEnd: closesAt, own: {} },
    guards,
    simulated: ['plant'],
  };
}
