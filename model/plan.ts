import type { HostFacts, OfferedUpdate } from './facts.ts';
import type { HostRole, Probe } from './inventory.ts';

/**
 * The frozen plan of a patch window (design.md, rule 1). `planHash` is the SHA-256 over the canonical JSON of `material`;
 * `observed` and `guards` stand beside it and are checked again at the target's turn.
 */
export interface PatchPlan {
  runbook: 'patch-window';
  planHash: string;
  material: PlanMaterial;
  observed: PlanObserved;
  guards: GuardVerdict[];
  /** Names of the parts that are not the real thing, `powershell` or `plant`; empty in production. */
  simulated: string[];
}

export interface PlanMaterial {
  change: string;
  reason: string;
  sites: string[];
  /** `closesAt` in UTC. `notes` say how a local time was read where daylight saving makes it doubtful. */
  window: { closesAt: string; timeZone: string; notes: string[] };
  approved: ApprovedSet;
  reboot: RebootPolicy;
  snapshot: SnapshotPolicy;
  finishPendingReboot: boolean;
  failureBudget: number;
  soakMs: number;
  limits: Limits;
  waves: PlannedWave[];
  targets: PlannedTarget[];
  /** SHA-256 of every script and host module, by file name. */
  scripts: Record<string, string>;
}

/** What may be installed. An update is approved when its `id` and `revision` stand in `updates`, or its KB in `kbs`; never when excluded. */
export interface ApprovedSet {
  kbs: ApprovedKb[];
  classifications: string[];
  excludedKbs: string[];
  /** Every approved update that any target was offered when the plan was made. */
  updates: { id: string; revision: number; kb: string }[];
}

/** A KB by name; with `os`, it applies only to hosts with one of these operating systems. */
export interface ApprovedKb {
  kb: string;
  os: string[] | null;
}

/** `when-required`: only when Windows asks for it; `always`: at least once; `never`: a needed reboot is left to a person. */
export type RebootPolicy = 'when-required' | 'always' | 'never';

export interface SnapshotPolicy {
  take: 'when-possible' | 'never';
  /** How long a snapshot is kept, in milliseconds; 0 removes it at the end of the same turn, once the host has passed. */
  keepMs: number;
}

/** Time limits and thresholds from the policies. All durations are milliseconds. */
export interface Limits {
  installMs: number;
  rebootMs: number;
  /** The longest that one call to a host may take; above 5 minutes it stretches the contracts' own limits in proportion. */
  callMs: number;
  /** Between two looks at a running installation or reboot. */
  pollMs: number;
  heartbeatMs: number;
  retryFirstMs: number;
  retryAttempts: number;
  /** How long a step waits for a worker of its site. */
  workerWaitMs: number;
  /** Install and reboot rounds of one turn. */
  maxRounds: number;
  scanMaxAgeMs: number;
  backupMaxAgeMs: number;
  freeDiskMb: number;
  datastoreFreeGb: number;
  datastoreSnapshots: number;
  /** How long maintenance mode outlasts the expected end of the turn. */
  maintenanceMarginMs: number;
}

export interface PlannedWave {
  name: string;
  canary: boolean;
  concurrency: number;
  /** Canonical host names, in the order in which they start. */
  hosts: string[];
}

export interface PlannedTarget {
  host: string;
  site: string;
  os: string;
  roles: HostRole[];
  redundancyGroup: string | null;
  /** SHA-256 over the host's inventory entry: a target whose entry changed since is skipped. */
  inventoryDigest: string;
  updates: FrozenUpdate[];
  /** Approved KBs that the host already has, or that do not apply to it, with what is known at planning. */
  otherUpdates: UpdateResult[];
  snapshot: boolean;
  snapshotReason: string;
  /** Keys of which one holder at a time may be in work: `group/<name>`. */
  exclusive: string[];
  /** Health probes that the input adds to those of the inventory. */
  probes?: Probe[] | undefined;
  expectedMs: number;
  /** Time limit of a reboot in milliseconds, where the host's class has one of its own. */
  rebootMs?: number | undefined;
  /** The steps of the turn in order, as the operator reads them. */
  steps: string[];
}

export type FrozenUpdate = Pick<
  OfferedUpdate,
  'id' | 'revision' | 'kb' | 'title' | 'classification' | 'sizeMb' | 'rebootRequired'
>;

export interface PlanObserved {
  plannedAt: string;
  expectedEnd: string;
  hosts: Record<string, ObservedHost>;
}

/** Facts that may change before the turn, cut to what a person reads in the plan. */
export type ObservedHost =
  | (Pick<HostFacts, 'bootTime' | 'freeDiskMb' | 'pendingReboot' | 'lastScanAt' | 'lastVerifiedBackupAt'> & {
      reachable: true;
      offered: number;
    })
  | { reachable: false; reason: string };

/**
 * What a guard said. `refuse` and `ask` without a `host` stop the whole run; with one they keep that host out of it:
 * it stays in the plan and ends `skipped` (or `unreachable`, or `failed` with the question) with this reason.
 */
export interface GuardVerdict {
  host: string | null;
  guard: string;
  verdict: 'refuse' | 'ask' | 'note';
  /** A type of `model/failures.ts`. */
  failure: string | null;
  reason: string;
}

/** Success is per (target, update) (domain.md). */
export type UpdateOutcome =
  'installed' | 'already-installed' | 'superseded' | 'not-applicable' | 'not-offered' | 'failed' | 'not-attempted';

export interface UpdateResult {
  kb: string;
  /** Empty when only the KB is known. */
  id: string;
  outcome: UpdateOutcome;
  /** The KB that replaced it, when superseded; the HRESULT, when failed. */
  detail: string;
}
