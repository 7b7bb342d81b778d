import type { HostRole, Probe } from '../inventory.ts';
import type { Plan, Target } from '../plan.ts';
import type { HostFacts, OfferedUpdate } from './facts.ts';

/** The frozen plan of a patch window. */
export type PatchPlan = Plan<PatchMaterial, PatchTarget, ObservedHosts>;
export type PlannedHost = Target<PatchTarget>;

/** What a patch window adds to the material that every plan has: what its turns work by. */
export interface PatchMaterial {
  approved: ApprovedSet;
  reboot: RebootPolicy;
  snapshot: SnapshotPolicy;
  finishPendingReboot: boolean;
  limits: PatchLimits;
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

/** Time limits and thresholds of patching. All durations are milliseconds. */
export interface PatchLimits {
  installMs: number;
  rebootMs: number;
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

/** What `config/patch-window.yaml` says. Durations are milliseconds. */
export interface PatchSettings {
  limits: PatchLimits;
  /** Expected duration of a turn by the host's `durationClass`. */
  durationClasses: Record<string, number>;
  /** Time limit of a reboot by class, where it differs from `limits.rebootMs`: physical servers, large cumulative updates. */
  rebootLimits: Record<string, number>;
}

/** What the plan freezes of one host. */
export interface PatchTarget {
  os: string;
  roles: HostRole[];
  /** SHA-256 over the host's inventory entry: a target whose entry changed since is skipped. */
  inventoryDigest: string;
  updates: FrozenUpdate[];
  /** Approved KBs that the host already has, or that do not apply to it, with what is known at planning. */
  otherUpdates: UpdateResult[];
  snapshot: boolean;
  snapshotReason: string;
  /** Health probes that the input adds to those of the inventory. */
  probes?: Probe[] | undefined;
  /** Time limit of a reboot in milliseconds, where the host's class has one of its own. */
  rebootMs?: number | undefined;
}

export type FrozenUpdate = Pick<
  OfferedUpdate,
  'id' | 'revision' | 'kb' | 'title' | 'classification' | 'sizeMb' | 'rebootRequired'
>;

export type ObservedHosts = Record<string, ObservedHost>;

/** Facts that may change before the turn, cut to what a person reads in the plan. */
export type ObservedHost =
  | (Pick<HostFacts, 'bootTime' | 'freeDiskMb' | 'pendingReboot' | 'lastScanAt' | 'lastVerifiedBackupAt'> & {
      reachable: true;
      offered: number;
    })
  | { reachable: false; reason: string };

/** Success is told for each target and update: installed on nine of ten hosts is no success on the tenth. */
export type UpdateOutcome =
  | 'installed'
  | 'already-installed'
  | 'superseded'
  | 'not-applicable'
  | 'not-offered'
  | 'failed'
  | 'not-attempted';

export interface UpdateResult {
  kb: string;
  /** Empty when only the KB is known. */
  id: string;
  outcome: UpdateOutcome;
  /** The KB that replaced it, when superseded; the HRESULT, when failed. */
  detail: string;
}
