/** What the inventory says of a host. A guard that lacks its fact refuses or asks; it never assumes. */
export interface InventoryHost {
  /** Canonical name: the fully qualified domain name in lower case. */
  name: string;
  site: string;
  os: string;
  osVersion: string;
  roles: HostRole[];
  tags: string[];
  owner: string;
  criticality: 'low' | 'medium' | 'high';
  /** Hosts of which at most one may be in work: DCs of a domain at a site, cluster nodes, AG replicas, SCADA pairs. */
  redundancyGroup?: string | undefined;
  /** Carries Fettle itself or what patching leans on: our worker, Temporal, vCenter, a hypervisor, WSUS, SCOM, a jump host. */
  controlPlane: boolean;
  virtualization: 'physical' | VirtualMachine;
  monitoring?: { endpoint: string; objects: string[] } | undefined;
  updateSource: 'wsus' | 'microsoft-update' | 'offline-catalogue';
  connection: HostConnection;
  backup?: { product: string; maxAgeHours: number } | undefined;
  /** Services that must run after patching, besides those that ran before. */
  services: string[];
  probes: Probe[];
  /** Class whose expected duration stands in `config/patch-window.yaml`. */
  durationClass: string;
  /** Production area that has to release the host, where there is one. */
  area?: string | undefined;
}

export const HOST_ROLES = [
  'domain-controller',
  'sql',
  'availability-group',
  'failover-cluster',
  'file',
  'application',
  'scada',
  'opc',
  'dhcp',
  'hypervisor',
] as const;
export type HostRole = (typeof HOST_ROLES)[number];

/** Roles that come in pairs or sets: a host that has one and names no redundancy group is refused. */
export const REDUNDANT_ROLES: readonly HostRole[] = [
  'domain-controller',
  'availability-group',
  'failover-cluster',
  'scada',
  'opc',
  'dhcp',
];

/** Roles of which no snapshot is taken: reverting one corrupts what its partners hold. */
export const NO_SNAPSHOT_ROLES: readonly HostRole[] = [
  'domain-controller',
  'sql',
  'availability-group',
  'failover-cluster',
  'hypervisor',
];

export interface VirtualMachine {
  kind: 'hyper-v' | 'vmware';
  /** Name of the hypervisor's or vCenter's management endpoint, an inventory endpoint of its own. */
  endpoint: string;
  vmId: string;
  datastore: string;
  sharedDisks: boolean;
}

/** How a host or endpoint is reached. Accounts and keys are references (`env:NAME`, `file:PATH`), never values. */
export interface HostConnection {
  transport: 'local' | 'ssh' | 'winrm';
  address: string;
  port: number;
  user?: string | undefined;
  keyFile?: string | undefined;
  knownHosts?: string | undefined;
  configuration?: string | undefined;
  /**
   * How scripts come to the host: `push` (left out) sends their text; `installed`, a signed module of its own behind a JEA role,
   * is refused until it is built.
   */
  mode?: 'push' | 'installed' | undefined;
}

/** A health check that runs on the host itself. */
export type Probe =
  | { kind: 'service'; name: string }
  | { kind: 'tcp'; port: number }
  | { kind: 'http'; url: string; expectStatus: number }
  | { kind: 'sql-login'; instance: string };

/** A management endpoint (hypervisor, vCenter, monitoring) with its own connection and credential. */
export interface InventoryEndpoint {
  name: string;
  kind: 'hyper-v' | 'vmware' | 'monitoring';
  /** The machine on which the endpoint's tools run. */
  connection: HostConnection;
  /** What these tools sign in to the endpoint with; without it they do as the account of the connection. */
  credential?: EndpointCredential | undefined;
}

export interface EndpointCredential {
  /** Name of an account, such as `svc-fettle@corp.example`; no secret. */
  user: string;
  /** A reference, `env:NAME` or `file:PATH`, never the password itself. */
  password: string;
}

export interface Inventory {
  hosts: InventoryHost[];
  endpoints: InventoryEndpoint[];
}

/** `SQL01` and `sql01.corp.example` are one: the canonical spelling of a host's name. */
export function canonicalName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, '');
}
