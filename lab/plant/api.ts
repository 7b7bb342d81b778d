import type {
  AvailabilityGroupFact,
  ClusterFact,
  DatastoreFact,
  DomainControllerFact,
  InstalledUpdate,
  OfferedUpdate,
  ServiceFact,
  SnapshotFact,
} from '../../model/patch-window/facts.ts';
import type { Probe } from '../../model/inventory.ts';

/**
 * The plant's REST interface for scripts: `POST /hosts/<name>/<verb>` with a JSON body, one route for each function of the
 * host module. Endpoints (hypervisor, monitoring) are hosts of their own. A good answer is 200 with the JSON value.
 * A bad one is `{ error: { message, hresult, id } }` with 422 (the function threw), 503 (host not reached: nothing ran)
 * or 410 (the host went away in mid-call). A hanging host never answers.
 */
export interface PlantVerbs {
  'Get-FettleBootTime': { request: Record<string, never>; answer: { bootTime: string } };
  'Get-FettlePendingReboot': { request: Record<string, never>; answer: { reasons: string[] } };
  'Get-FettleService': { request: Record<string, never>; answer: { services: ServiceFact[] } };
  'Start-FettleService': { request: { name: string }; answer: ServiceFact };
  'Get-FettleDisk': { request: Record<string, never>; answer: { freeMb: number } };
  'Get-FettleBackup': { request: Record<string, never>; answer: { lastVerifiedAt: string | null } };
  'Get-FettleInstallerState': {
    request: Record<string, never>;
    /** `tasks`: names of update tasks of ours that run. */
    answer: { busy: boolean; servicing: boolean; rebootRequired: boolean; tasks: string[] };
  };
  'Get-FettleOfferedUpdate': {
    request: Record<string, never>;
    answer: { lastScanAt: string | null; updates: OfferedUpdate[] };
  };
  'Get-FettleInstalledUpdate': { request: Record<string, never>; answer: { updates: InstalledUpdate[] } };
  'Start-FettleUpdateTask': {
    request: { taskName: string; key: string; updates: { id: string; revision: number }[]; timeLimitMinutes: number };
    answer: { taskName: string; startedAt: string; existed: boolean };
  };
  'Get-FettleUpdateProgress': {
    request: { taskName: string };
    answer: {
      state: 'running' | 'finished' | 'missing';
      percent: number;
      current: string;
      error: { hresult: string; message: string } | null;
    };
  };
  'Get-FettleUpdateHistory': { request: { since: string }; answer: { entries: UpdateHistoryEntry[] } };
  'Remove-FettleUpdateTask': { request: { taskName: string }; answer: { removed: boolean } };
  'Get-FettleEventExcerpt': { request: { since: string; maximum: number }; answer: { events: EventLogEntry[] } };
  'Restart-FettleHost': { request: { key: string; reason: string }; answer: { requested: boolean } };
  'Get-FettleClusterState': { request: Record<string, never>; answer: { cluster: ClusterFact | null } };
  'Get-FettleAvailabilityGroup': { request: Record<string, never>; answer: { groups: AvailabilityGroupFact[] } };
  'Get-FettleDomainControllerHealth': {
    request: Record<string, never>;
    answer: { controller: DomainControllerFact | null };
  };
  'Get-FettleHypervisorGuest': { request: Record<string, never>; answer: { guests: string[] } };
  'Test-FettleProbe': { request: { probe: Probe }; answer: { probe: string; ok: boolean; detail: string } };
  'Get-FettleMaintenance': { request: { objects: string[] }; answer: { objects: MaintenanceState[] } };
  'Start-FettleMaintenance': {
    request: { objects: string[]; until: string; comment: string; key: string };
    answer: { objects: MaintenanceState[] };
  };
  'Stop-FettleMaintenance': {
    request: { objects: string[]; comment: string; key: string };
    answer: { objects: MaintenanceState[] };
  };
  'Get-FettleSnapshot': {
    request: { vmId: string; datastore: string };
    answer: { snapshots: SnapshotFact[]; datastore: DatastoreFact };
  };
  'New-FettleSnapshot': {
    request: { vmId: string; name: string; comment: string; key: string };
    answer: { name: string; createdAt: string; quiesced: boolean };
  };
  'Remove-FettleSnapshot': { request: { vmId: string; name: string; key: string }; answer: { removed: boolean } };
}
export type PlantVerb = keyof PlantVerbs;

export interface UpdateHistoryEntry {
  id: string;
  revision: number;
  kb: string;
  result: 'succeeded' | 'succeeded-with-errors' | 'failed' | 'aborted';
  hresult: string;
  at: string;
}

/** A critical or error event of a host's logs. */
export interface EventLogEntry {
  at: string;
  log: string;
  level: 'critical' | 'error';
  source: string;
  id: number;
  message: string;
}

export interface MaintenanceState {
  object: string;
  inMaintenance: boolean;
  until: string | null;
}

/** One effect on the plant. An effect that was asked for again with the same key and found done already leaves no entry. */
export interface JournalEntry {
  at: string;
  host: string;
  effect:
    | 'install-started'
    | 'update-installed'
    | 'update-failed'
    | 'reboot'
    | 'service-started'
    | 'task-removed'
    | 'maintenance-on'
    | 'maintenance-extended'
    | 'maintenance-off'
    | 'snapshot-taken'
    | 'snapshot-removed';
  /** Idempotency key, or the empty string for what the host did by itself. */
  key: string;
  detail: string;
}

/**
 * An order to misbehave, `POST /faults`. `step` is the verb at which it strikes, `*` for any.
 * `times` counts strikes; leave it out for ever.
 */
export type FaultOrder = { host: string; times?: number } & (
  | { fault: 'fail'; step: PlantVerb; hresult: string; message: string; id?: string }
  /** The installation of the task fails with this HRESULT, for every update of it or the KB that is named. */
  | { fault: 'install-fails'; hresult: string; kb?: string }
  | { fault: 'hang'; step: PlantVerb | '*' }
  /** Not reachable from now on, or (`after` a verb) once that verb was answered. */
  | { fault: 'off-network'; after?: PlantVerb }
  /** The host goes down for a reboot and never answers again. */
  | { fault: 'reboot-for-ever' }
  | { fault: 'service-stays-down'; service: string }
  /** Installed updates are offered again. */
  | { fault: 'update-loop' }
  | { fault: 'low-disk'; freeMb: number }
  /** Everything on the host takes `factor` times as long. */
  | { fault: 'slow'; factor: number }
);
