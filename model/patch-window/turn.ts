import type { Outcome, TurnInput } from '../turn.ts';
import type { InstallTask } from './activities.ts';
import type { ServiceFact } from './facts.ts';
import type { PatchMaterial, PatchTarget, PlannedHost, UpdateResult } from './plan.ts';

export type PatchTurnInput = TurnInput<PatchMaterial, PatchTarget, PatchState>;
export type PatchOutcome = Outcome<PatchState>;

/** What a patch window knows of a host over all its turns in the run: what it did, and what it left behind. */
export interface PatchState {
  updates: UpdateResult[];
  /** Updates that this run installed on the host. */
  installed: number;
  rebooted: boolean;
  /** An installation that the last turn was held up at: the host goes on with it, and the next turn follows it. */
  installing: InstallTask | null;
  /** Boot time before a reboot that the last turn was held up at. */
  restartingFrom: string | null;
  /** Maintenance mode that was left on. */
  maintenance: MaintenanceRecord | null;
  /** A snapshot that is still there. */
  snapshot: SnapshotRecord | null;
  /** Snapshots of earlier windows, or over age, that are still there. */
  snapshotsLeft: LeftSnapshot[];
  pendingReboot: boolean;
  servicesDown: string[];
  /** Services that ran before this run changed the host: what has to run again, also after a later turn. */
  ranBefore: string[];
  /** Of a turn that failed after it had changed the host: what the host's own event log says since the turn began, newest first. */
  events: string[];
}

/** The host as its last turn left it, or untouched. A turn starts from it. */
export function patchState({ own }: PlannedHost, before: PatchOutcome | null): PatchState {
  if (before !== null) return before.own;
  const updates = own.updates.map(({ id, kb }): UpdateResult => ({ id, kb, outcome: 'not-attempted', detail: '' }));
  return {
    updates: [...own.otherUpdates, ...updates],
    installed: 0,
    rebooted: false,
    installing: null,
    restartingFrom: null,
    maintenance: null,
    snapshot: null,
    snapshotsLeft: [],
    pendingReboot: false,
    servicesDown: [],
    ranBefore: [],
    events: [],
  };
}

export interface MaintenanceRecord {
  endpoint: string;
  objects: string[];
  until: string;
}

/** A snapshot of which nobody saw whether it was taken. */
export type PerhapsTaken = Pick<SnapshotRecord, 'name' | 'datastore'>;

export interface SnapshotRecord {
  endpoint: string;
  vmId: string;
  datastore: string;
  name: string;
  /** When the snapshot has served its time and the next window removes it. */
  keepUntil: string;
}

/** Age in milliseconds from which a snapshot raises an alarm: it grows and slows its machine. */
export const SNAPSHOT_OVER_AGE_MS = 72 * 3_600_000;

/** A snapshot of ours that is still on the host's machine and should not be. */
export interface LeftSnapshot {
  name: string;
  datastore: string;
  why: string;
}

/** Events that the record of a failed turn keeps. */
export const MAX_EVENTS = 5;

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
