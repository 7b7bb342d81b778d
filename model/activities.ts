import type { SurveyedHost } from './facts.ts';
import type { Limits, PatchPlan, UpdateResult } from './plan.ts';
import type {
  Baseline,
  MaintenanceRecord,
  RunRef,
  SnapshotRecord,
  TurnOutcome,
  TurnSettings,
  VerifyReport,
} from './turn.ts';
import type { PlannedTarget } from './plan.ts';

/** Activities of the `control` queue: they need no host. */
export interface ControlActivities {
  /** Parses the input and resolves its targets. Fails with `InvalidInput` and every problem. */
  resolveTargets(request: { input: unknown }): Promise<ResolvedTargets>;
  /** Makes the frozen plan out of input, inventory and facts. Fails with `InvalidInput`, `PlanRefused` or `PlanTooLarge`. */
  freezePlan(request: { input: unknown; surveyed: SurveyedHost[]; now: string }): Promise<PatchPlan>;
  /** Who holds a lock: the run behind the workflow that has this id, or null when nobody does any more. */
  describeHolder(request: { workflowId: string }): Promise<LockHolder | null>;
  /** Waits for a turn that an earlier execution of the same run started (after a reset) and returns its outcome. */
  followTurn(request: { workflowId: string; executionRunId: string }): Promise<TurnOutcome>;
  /** Waits until the holder of a lock has ended; false when `until` (ISO 8601) comes first. */
  awaitRelease(request: { workflowId: string; executionRunId: string; until: string }): Promise<boolean>;
}

export interface ResolvedTargets {
  change: string;
  reason: string;
  sites: { site: string; hosts: string[] }[];
  limits: Limits;
  dryRun: boolean;
}

export interface LockHolder {
  workflowId: string;
  executionRunId: string;
  /** Workflow id of the run it belongs to. */
  runId: string;
  /** First execution run id of that run, empty when it cannot be told. */
  runKey: string;
}

/** What every step of a turn is told. `round` counts install and reboot rounds from 1. */
export interface StepRequest {
  run: RunRef;
  target: PlannedTarget;
  turn: number;
  round: number;
  /** What the host's update history tells from then on is this turn's doing. ISO 8601 in UTC. */
  turnStartedAt: string;
  settings: TurnSettings;
}

/** Activities of a site's queue: they reach hosts and their endpoints. Each one looks at the world before it acts again. */
export interface SiteActivities {
  surveyHosts(request: { hosts: string[]; limits: Limits }): Promise<SurveyedHost[]>;

  /** Reads the host afresh and lets every guard of the turn speak; fails with the guard's type. */
  preflight(request: StepRequest): Promise<Baseline>;
  /** Starts or extends maintenance mode on every object of the host; null when the inventory names none. */
  startMaintenance(request: StepRequest & { until: string }): Promise<MaintenanceRecord | null>;
  endMaintenance(request: StepRequest & { maintenance: MaintenanceRecord }): Promise<void>;
  /** Which of our snapshots on the host's machine have served their time, and which are over age. */
  oldSnapshots(request: StepRequest): Promise<OldSnapshots>;
  takeSnapshot(request: StepRequest): Promise<SnapshotRecord>;
  removeSnapshot(request: StepRequest & { snapshot: SnapshotRecord }): Promise<void>;
  /** Reads cluster, availability-group and controller roles again; fails with the guard's type. Returns one line for the record. */
  confirmRoles(request: StepRequest & { before: 'install' | 'reboot' }): Promise<string>;
  /** Starts the detached update task; a task of the same name that exists already is taken over. */
  startInstall(request: StepRequest & { updates: InstallItem[] }): Promise<InstallTask>;
  /** Follows the task to its end and reads the result afresh from the host's history. Heartbeats `{ percent, current }`. */
  followInstall(request: StepRequest & { task: InstallTask }): Promise<InstallReport>;
  /** Asks for the reboot unless the boot time already changed. */
  restartHost(request: StepRequest & { bootTimeBefore: string }): Promise<{ requested: boolean }>;
  /** Waits until the boot time changed and servicing has finished. Heartbeats. */
  awaitRestart(request: StepRequest & { bootTimeBefore: string }): Promise<{ bootTime: string }>;
  rescan(request: StepRequest): Promise<RescanReport>;
  /** Starts a service that ran before. */
  startService(request: StepRequest & { service: string }): Promise<void>;
  verifyHost(request: StepRequest & { runningServices: string[] }): Promise<VerifyReport>;
  /** Critical and error events of the host's own log since the turn began: a line each, newest first, `MAX_EVENTS` at most. */
  eventExcerpt(request: StepRequest): Promise<string[]>;
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
