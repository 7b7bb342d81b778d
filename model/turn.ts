import type { ServiceFact } from './facts.ts';
import type { TargetState } from './ledger.ts';
import type { ApprovedSet, Limits, PlannedTarget, RebootPolicy, SnapshotPolicy, UpdateResult } from './plan.ts';

/** The run that a turn belongs to. */
export interface RunRef {
  /** Workflow id of the run, the one that operators see. */
  runId: string;
  /** First execution run id of the run: the root of every idempotency key. */
  runKey: string;
  change: string;
  reason: string;
}

/** The one argument of the turn's workflow. */
export interface TurnInput {
  run: RunRef;
  target: PlannedTarget;
  /** 1 for the first turn, one more for each retry by an operator. */
  turn: number;
  /** What earlier turns of the same run left behind; null for the first. */
  before: TurnLegacy | null;
  settings: TurnSettings;
}

/** What a turn takes over from the one before it: it ends what that one left on, and answers for what that one changed. */
export type TurnLegacy = Pick<
  TurnOutcome,
  'maintenance' | 'snapshot' | 'changed' | 'installed' | 'rebooted' | 'rebootedAfterInstall' | 'groupSafe' | 'ranBefore'
>;

/** What of the plan a turn works by. */
export interface TurnSettings {
  closesAt: string;
  approved: ApprovedSet;
  reboot: RebootPolicy;
  snapshot: SnapshotPolicy;
  finishPendingReboot: boolean;
  limits: Limits;
}

/** The steps of a turn, by the names that stand in plans, records, keys and fault orders. */
export const TURN_STEPS = [
  'preflight',
  'maintenance-on',
  'snapshot',
  'roles',
  'install',
  'reboot',
  'rescan',
  'verify',
  'snapshot-removal',
  'maintenance-off',
] as const;
export type TurnStep = (typeof TURN_STEPS)[number];

export interface StepRecord {
  step: TurnStep;
  round: number;
  startedAt: string;
  endedAt: string | null;
  result: 'running' | 'done' | 'failed' | 'left-out';
  /** One line for the operator. */
  text: string;
  /** Warnings and other output of the step's scripts, capped and without secrets; the log has all of it. */
  notes?: string[];
}

/** Lines of script output that one step keeps. */
export const MAX_STEP_NOTES = 10;

export interface MaintenanceRecord {
  endpoint: string;
  objects: string[];
  until: string;
}

export interface SnapshotRecord {
  endpoint: string;
  vmId: string;
  datastore: string;
  name: string;
  /** When the snapshot has served its time and the next window removes it. */
  keepUntil: string;
}

/** Age in milliseconds from which a snapshot raises an alarm: it grows and slows its machine (domain.md, step 3: 72 h). */
export const SNAPSHOT_OVER_AGE_MS = 72 * 3_600_000;

/** A snapshot of ours that is still on the host's machine and should not be. */
export interface LeftSnapshot {
  name: string;
  datastore: string;
  why: string;
}

/** How a turn ended: what the ledger keeps of it, and what the next shift must know. */
export interface TurnOutcome {
  host: string;
  turn: number;
  state: TargetState;
  /** Failure type of `model/failures.ts`, or null. */
  failure: string | null;
  reason: string;
  /** The open question, where the failure asked a person. */
  question: string | null;
  startedAt: string;
  endedAt: string;
  steps: StepRecord[];
  updates: UpdateResult[];
  /** Whether this turn, or an earlier one of the same run, asked for an installation or a reboot. */
  changed: boolean;
  /** Updates that this run installed on the target, over all its turns. */
  installed: number;
  rebooted: boolean;
  /** Whether it rebooted after an installation: what makes a canary count, once it passed. */
  rebootedAfterInstall: boolean;
  /** False when another member of its redundancy group must not be touched now. */
  groupSafe: boolean;
  /** Maintenance mode that was left on. */
  maintenance: MaintenanceRecord | null;
  /** A snapshot that is still there. */
  snapshot: SnapshotRecord | null;
  /** Snapshots of earlier windows, or over age, that are still there. */
  snapshotsLeft?: LeftSnapshot[];
  pendingReboot: boolean;
  servicesDown: string[];
  /** Services that ran before this run changed the host: what has to run again, also after a later turn. */
  ranBefore?: string[];
  /** Of a turn that failed after it had changed the host: what the host's own event log says since the turn began, newest first. */
  events?: string[];
  simulated: string[];
}

/** Events that the record of a failed turn keeps. */
export const MAX_EVENTS = 5;

/** Answer of the turn's `turn` query. */
export interface TurnView {
  host: string;
  turn: number;
  step: TurnStep | null;
  text: string;
  steps: StepRecord[];
  stopping: string | null;
}

/** What preflight hands to the later steps. */
export interface Baseline {
  bootTime: string;
  runningServices: string[];
  /** Approved updates that the host still lacks. */
  toInstall: { id: string; revision: number; kb: string; rebootRequired: boolean }[];
  updates: UpdateResult[];
  pendingReboot: string[];
  warnings: string[];
  simulated: string[];
}

export interface VerifyReport {
  servicesDown: ServiceFact[];
  probesFailed: { probe: string; detail: string }[];
  /** Null when the host belongs to no redundancy group. */
  group: { healthy: boolean; detail: string } | null;
  pendingReboot: string[];
}
