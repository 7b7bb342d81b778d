import type { Probe } from '../inventory.ts';
import type { Survey } from '../survey.ts';
import type { LeftBehind } from '../locks.ts';
import type { StepRequest, StepResult } from '../turn.ts';
import type { HostFacts } from './facts.ts';
import type { ApprovedSet, FrozenUpdate, PatchLimits, UpdateResult } from './plan.ts';
import type { Baseline, MaintenanceRecord, SnapshotRecord, VerifyReport } from './turn.ts';

/** What every step on a host is told. */
export interface HostRequest extends StepRequest {
  /** The host's inventory entry as it was planned. */
  inventoryDigest: string;
}

/** A step of the patch window with what it is told beside the common request. */
type Step<More, R> = (request: HostRequest & More) => Promise<StepResult<R>>;

/** Activities of a site's queue: they reach hosts and their endpoints. Each one looks at the world before it acts again. */
export interface PatchActivities {
  surveyHosts: Survey<HostFacts>;

  /** Reads the host afresh and lets every guard of the turn speak; fails with the guard's type, or with `TaskRunning`. */
  preflight: Step<PreflightRequest, Baseline>;
  /** Looks whether an update task of ours still runs on the host; `NotOver` while one does, or while it is silent for no longer than `silentMs`. Then what is wrong with it and in its group. */
  lookAfter: Step<{ silentMs: number; last?: boolean }, LeftBehind>;
  /** Starts or extends maintenance mode on every object of the host; null when the inventory names none. */
  startMaintenance: Step<{ until: string }, MaintenanceRecord | null>;
  endMaintenance: Step<{ maintenance: MaintenanceRecord }, null>;
  /** Which of our snapshots on the host's machine have served their time, and which are over age. */
  oldSnapshots: Step<object, OldSnapshots>;
  takeSnapshot: Step<
    { keepMs: number; datastore: Pick<PatchLimits, 'datastoreFreeGb' | 'datastoreSnapshots'> },
    SnapshotRecord
  >;
  removeSnapshot: Step<{ snapshot: SnapshotRecord }, null>;
  /** Reads cluster, availability-group and controller roles again; fails with the guard's type. Returns one line for the record. */
  confirmRoles: Step<{ before: 'install' | 'reboot' }, string>;
  /** Starts the detached update task; a task of the same name that exists already is taken over. */
  startInstall: Step<{ updates: InstallItem[]; installMs: number }, InstallTask>;
  /** Looks at the task, and once it is over reads the result afresh from the host's history; `NotOver` before. Heartbeats a `Look`. */
  followInstall: Step<{ task: InstallTask; installMs: number; rebootMs: number; last?: boolean }, InstallReport>;
  /** Asks for the reboot unless the boot time already changed; `NotOver` while the host is not reached. */
  restartHost: Step<RebootRequest & { closesAt: string }, { requested: boolean }>;
  /** Looks whether the boot time changed and servicing has finished; `NotOver` before. Heartbeats a `Look`. */
  awaitRestart: Step<RebootRequest & { last?: boolean }, { bootTime: string }>;
  rescan: Step<{ approved: ApprovedSet; updates: FrozenUpdate[]; turnStartedAt: string }, RescanReport>;
  /** Starts a service that ran before. */
  startService: Step<{ service: string }, null>;
  verifyHost: Step<{ runningServices: string[]; probes: Probe[] }, VerifyReport>;
  /** Critical and error events of the host's own log since the turn began: a line each, newest first, `MAX_EVENTS` at most. */
  eventExcerpt: Step<{ turnStartedAt: string }, string[]>;
}

export interface PreflightRequest {
  /** What the plan froze for the host. */
  updates: FrozenUpdate[];
  approved: ApprovedSet;
  /** Whether the turn takes a snapshot. */
  snapshot: boolean;
  finishPendingReboot: boolean;
  expectedMs: number;
  closesAt: string;
  patchLimits: PatchLimits;
}

export interface RebootRequest {
  bootTimeBefore: string;
  rebootMs: number;
}

export interface OldSnapshots {
  /** Of earlier runs, past their keep time: to be removed. */
  expired: SnapshotRecord[];
  /** Of any run, older than `SNAPSHOT_OVER_AGE_MS`. */
  overAge: { name: string; datastore: string; createdAt: string }[];
}

export interface InstallItem {
  id: string;
  revision: number;
  kb: string;
}

export interface InstallTask {
  taskName: string;
  startedAt: string;
  updates: InstallItem[];
}

export interface InstallReport {
  updates: UpdateResult[];
  /** Updates with outcome `installed` in this round. */
  installed: number;
  rebootRequired: boolean;
}

export interface RescanReport {
  /** Approved and still offered. */
  left: { id: string; revision: number; kb: string; rebootRequired: boolean }[];
  /** Offered and not approved: listed, not installed. */
  others: string[];
  pendingReboot: string[];
  /** Outcome of every approved update as the host shows it now. */
  updates: UpdateResult[];
}
