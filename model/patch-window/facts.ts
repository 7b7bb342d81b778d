/** What was read from a host, a hypervisor or a monitoring system. Times are ISO 8601 in UTC. */

export interface OfferedUpdate {
  /** The update's GUID; with `revision` it names exactly one content. */
  id: string;
  revision: number;
  /** `KB5031364`; empty for updates without one, such as some drivers. */
  kb: string;
  title: string;
  classification: string;
  sizeMb: number;
  rebootRequired: boolean;
  /** KBs that this update replaces. */
  supersedes: string[];
}

export interface InstalledUpdate {
  kb: string;
  title: string;
  installedAt: string;
  supersedes: string[];
}

export interface ServiceFact {
  name: string;
  state: 'Running' | 'Stopped' | 'StartPending' | 'StopPending' | 'Paused';
  startType: 'Automatic' | 'AutomaticDelayedStart' | 'Manual' | 'Disabled';
}

export interface ClusterFact {
  name: string;
  nodeState: 'Up' | 'Down' | 'Paused' | 'Joining';
  drained: boolean;
  ownedGroups: string[];
  quorumSurvivesLoss: boolean;
}

export interface AvailabilityGroupFact {
  name: string;
  localRole: 'PRIMARY' | 'SECONDARY' | 'RESOLVING';
  primaryReplica: string;
  /** The replica that carries on while this host is down. */
  partnerReplica: string;
  databases: { name: string; synchronization: string; health: string }[];
}

export interface DomainControllerFact {
  netlogonShared: boolean;
  sysvolShared: boolean;
  advertising: boolean;
  replicationFailures: number;
}

export interface RoleFacts {
  cluster: ClusterFact | null;
  availabilityGroups: AvailabilityGroupFact[];
  domainController: DomainControllerFact | null;
  /** Names of the virtual machines that run on this host, when it is a hypervisor. */
  guests: string[];
}

/** What a run reads of one host before it plans, and again at the target's turn. */
export interface HostFacts {
  host: string;
  readAt: string;
  bootTime: string;
  /** Why a reboot is pending: `component-based-servicing`, `windows-update`, `file-rename`; empty when none is. */
  pendingReboot: string[];
  freeDiskMb: number;
  /** Services with automatic start that run now: they must run again afterwards. */
  runningServices: string[];
  lastScanAt: string | null;
  offered: OfferedUpdate[];
  installed: InstalledUpdate[];
  lastVerifiedBackupAt: string | null;
  roles: RoleFacts;
}

export interface SnapshotFact {
  name: string;
  createdAt: string;
  comment: string;
}

export interface DatastoreFact {
  name: string;
  freeGb: number;
  snapshots: number;
}
