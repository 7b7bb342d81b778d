import type { HostRole, InventoryHost, Probe } from '../../model/inventory.ts';

/** What a server of one kind looks like, in the inventory and on the simulated host. */
export interface RoleProfile {
  /** Prefix of the host's name. */
  prefix: string;
  roles: HostRole[];
  owner: string;
  criticality: InventoryHost['criticality'];
  durationClass: string;
  /** Services of the role: they start automatically and must run after patching. */
  services: string[];
  probes: (hostName: string) => Probe[];
}

const service = (name: string): Probe => ({ kind: 'service', name });
const tcp = (port: number): Probe => ({ kind: 'tcp', port });

export const ROLE_PROFILES = {
  application: {
    prefix: 'app',
    roles: ['application'],
    owner: 'Application Operations',
    criticality: 'medium',
    durationClass: 'standard',
    services: ['W3SVC', 'BatchRecordGateway'],
    probes: (hostName) => [
      service('BatchRecordGateway'),
      { kind: 'http', url: `http://${hostName}/health`, expectStatus: 200 },
    ],
  },
  file: {
    prefix: 'file',
    roles: ['file'],
    owner: 'Infrastructure',
    criticality: 'low',
    durationClass: 'standard',
    services: ['LanmanServer', 'srmsvc'],
    probes: () => [tcp(445)],
  },
  sql: {
    prefix: 'sql',
    roles: ['sql'],
    owner: 'Database Team',
    criticality: 'high',
    durationClass: 'database',
    services: ['MSSQLSERVER', 'SQLSERVERAGENT'],
    probes: () => [service('SQLSERVERAGENT'), { kind: 'sql-login', instance: 'MSSQLSERVER' }],
  },
  'availability-group': {
    prefix: 'sql',
    roles: ['sql', 'availability-group'],
    owner: 'Database Team',
    criticality: 'high',
    durationClass: 'database',
    services: ['MSSQLSERVER', 'SQLSERVERAGENT'],
    probes: () => [{ kind: 'sql-login', instance: 'MSSQLSERVER' }, tcp(5022)],
  },
  'domain-controller': {
    prefix: 'dc',
    roles: ['domain-controller'],
    owner: 'Identity Team',
    criticality: 'high',
    durationClass: 'controller',
    services: ['NTDS', 'Netlogon', 'DFSR', 'DNS', 'Kdc'],
    probes: () => [service('NTDS'), tcp(389)],
  },
  scada: {
    prefix: 'scada',
    roles: ['scada'],
    owner: 'Process Automation',
    criticality: 'high',
    durationClass: 'scada',
    services: ['ScadaRuntime', 'AlarmJournal'],
    probes: () => [service('ScadaRuntime'), tcp(2010)],
  },
} satisfies Record<string, RoleProfile>;
export type ServerKind = keyof typeof ROLE_PROFILES;

/** Services that every Windows server has, with manual ones among them. */
export const BASE_SERVICES = [
  { name: 'WinRM', startType: 'Automatic', running: true },
  { name: 'EventLog', startType: 'Automatic', running: true },
  { name: 'W32Time', startType: 'AutomaticDelayedStart', running: true },
  { name: 'HealthService', startType: 'Automatic', running: true },
  { name: 'wuauserv', startType: 'Manual', running: false },
  { name: 'TrustedInstaller', startType: 'Manual', running: false },
  { name: 'RemoteRegistry', startType: 'Disabled', running: false },
] as const;
