import { describe, expect, it } from 'vitest';
import type {
  AvailabilityGroupFact,
  ClusterFact,
  DomainControllerFact,
  HostFacts,
  RoleFacts,
} from '../../../model/patch-window/facts.ts';
import type { HostRole, InventoryHost } from '../../../model/inventory.ts';
import { roleGuards, runGuards } from '../../../runbooks/patch-window/guards/index.ts';
import type { GuardContext, GuardFinding } from '../../../runbooks/patch-window/guards/index.ts';
import { facts, host, HOUR, limits, MINUTE, NO_ROLES, NOW } from './stage.ts';

type Case = {
  host?: Partial<InventoryHost>;
  facts?: Partial<HostFacts>;
  roles?: Partial<RoleFacts>;
} & Partial<Pick<GuardContext, 'moment' | 'snapshot' | 'finishPendingReboot' | 'opensAt' | 'closesAt' | 'expectedMs'>>;

function context({ host: changed, facts: shown, roles, ...settings }: Case): GuardContext {
  return {
    moment: 'preflight',
    host: host('srv01', changed),
    facts: facts('srv01', { ...shown, roles: { ...NO_ROLES, ...roles } }),
    limits,
    snapshot: true,
    finishPendingReboot: false,
    expectedMs: 30 * MINUTE,
    opensAt: null,
    closesAt: '2026-11-20T22:00:00Z',
    now: NOW,
    ...settings,
  };
}

const brief = (found: GuardFinding[]) => found.map(({ guard, verdict, failure }) => [guard, verdict, failure]);

const cluster: ClusterFact = {
  name: 'FCL1',
  nodeState: 'Paused',
  drained: true,
  ownedGroups: [],
  quorumSurvivesLoss: true,
};
const clustered: Partial<InventoryHost> = { roles: ['failover-cluster'], redundancyGroup: 'fcl1' };
const group: AvailabilityGroupFact = {
  name: 'AG1',
  localRole: 'SECONDARY',
  primaryReplica: 'SQL02',
  partnerReplica: 'SQL02',
  databases: [{ name: 'Batch', synchronization: 'SYNCHRONIZED', health: 'HEALTHY' }],
};
const replica: Partial<InventoryHost> = { roles: ['sql', 'availability-group'], redundancyGroup: 'ag1' };
const controller: DomainControllerFact = {
  netlogonShared: true,
  sysvolShared: true,
  advertising: true,
  replicationFailures: 0,
};
const dc: Partial<InventoryHost> = { roles: ['domain-controller'], redundancyGroup: 'dc' };
const unsynchronized = { name: 'Batch', synchronization: 'SYNCHRONIZING', health: 'HEALTHY' };
const unhealthy = { name: 'Batch', synchronization: 'SYNCHRONIZED', health: 'PARTIALLY_HEALTHY' };

describe('a host that nothing speaks against', () => {
  it.each<[string, Case]>([
    ['an application server', {}],
    [
      'a cluster node that is paused and drained, owns nothing, and leaves quorum',
      { host: clustered, roles: { cluster } },
    ],
    ['a secondary replica whose partner is healthy', { host: replica, roles: { availabilityGroups: [group] } }],
    [
      'a replica, although its Windows cluster node is up',
      {
        host: replica,
        roles: { availabilityGroups: [group], cluster: { ...cluster, nodeState: 'Up', drained: false } },
      },
    ],
    ['a healthy domain controller', { host: dc, roles: { domainController: controller } }],
    ['an empty hypervisor', { host: { roles: ['hypervisor'] } }],
  ])('%s', (_name, example) => {
    expect(runGuards(context(example))).toEqual([]);
  });
});

describe('roles', () => {
  const uncau = (change: Partial<ClusterFact>): Case => ({
    host: clustered,
    roles: { cluster: { ...cluster, ...change } },
  });
  const unfit = (change: Partial<AvailabilityGroupFact>): Case => ({
    host: replica,
    roles: { availabilityGroups: [{ ...group, ...change }] },
  });
  const ill = (change: Partial<DomainControllerFact>): Case => ({
    host: dc,
    roles: { domainController: { ...controller, ...change } },
  });

  it.each<[string, Case, [string, string, string]]>([
    ['a cluster node that is up', uncau({ nodeState: 'Up' }), ['cluster', 'refuse', 'UseCau']],
    ['a cluster node that is not drained', uncau({ drained: false }), ['cluster', 'refuse', 'UseCau']],
    ['a cluster node that owns a group', uncau({ ownedGroups: ['FS1'] }), ['cluster', 'refuse', 'UseCau']],
    [
      'a cluster node without which quorum is lost',
      uncau({ quorumSurvivesLoss: false }),
      ['cluster', 'refuse', 'UseCau'],
    ],
    [
      'a local primary replica',
      unfit({ localRole: 'PRIMARY' }),
      ['availability-group', 'ask', 'AvailabilityGroupPrimary'],
    ],
    [
      'a replica of which nobody knows the role',
      unfit({ localRole: 'RESOLVING' }),
      ['availability-group', 'ask', 'AvailabilityGroupUnhealthy'],
    ],
    [
      'a database that is not SYNCHRONIZED where it must carry on',
      unfit({ databases: [unsynchronized] }),
      ['availability-group', 'ask', 'AvailabilityGroupUnhealthy'],
    ],
    [
      'a database that is not HEALTHY where it must carry on',
      unfit({ databases: [unhealthy] }),
      ['availability-group', 'ask', 'AvailabilityGroupUnhealthy'],
    ],
    [
      'a replica whose cluster would lose quorum',
      { host: replica, roles: { availabilityGroups: [group], cluster: { ...cluster, quorumSurvivesLoss: false } } },
      ['cluster', 'ask', 'GroupUnhealthy'],
    ],
    [
      'a DC that does not share NETLOGON',
      ill({ netlogonShared: false }),
      ['domain-controller', 'ask', 'GroupUnhealthy'],
    ],
    ['a DC that does not share SYSVOL', ill({ sysvolShared: false }), ['domain-controller', 'ask', 'GroupUnhealthy']],
    ['a DC that does not advertise', ill({ advertising: false }), ['domain-controller', 'ask', 'GroupUnhealthy']],
    ['a DC with replication failures', ill({ replicationFailures: 2 }), ['domain-controller', 'ask', 'GroupUnhealthy']],
  ])('keep out %s, at every moment', (_name, example, expected) => {
    for (const moment of ['planning', 'preflight', 'before-install', 'before-reboot'] as const) {
      expect(brief(roleGuards(context({ ...example, moment })))).toEqual([expected]);
    }
  });

  it.each<HostRole>(['domain-controller', 'availability-group', 'failover-cluster', 'scada', 'opc', 'dhcp'])(
    'ask for the redundancy group of a host with the role %s that names none',
    (role) => {
      const held = {
        cluster: role === 'failover-cluster' ? cluster : null,
        availabilityGroups: role === 'availability-group' ? [group] : [],
        domainController: role === 'domain-controller' ? controller : null,
      };
      expect(brief(roleGuards(context({ host: { roles: [role] }, roles: held })))).toEqual([
        ['redundancy-group', 'ask', 'FactMissing'],
      ]);
    },
  );

  it('ask for a failover from this host to the partner', () => {
    const [found] = roleGuards(
      context({ host: replica, roles: { availabilityGroups: [{ ...group, localRole: 'PRIMARY' }] } }),
    );
    expect(found?.question).toBe(
      'Fail availability group AG1 over from srv01.corp.example to SQL02, then retry srv01.corp.example.',
    );
  });

  it.each<[string, Case]>([
    ['is a cluster node in secret', { roles: { cluster } }],
    ['is a replica in secret', { roles: { availabilityGroups: [group] } }],
    ['is a domain controller in secret', { roles: { domainController: controller } }],
    ['is a hypervisor in secret', { roles: { guests: ['app01'] } }],
    ['is no cluster node any more', { host: clustered }],
    ['is no replica any more', { host: replica }],
    ['is no domain controller any more', { host: dc }],
  ])('that contradict the inventory: a host that %s', (_name, example) => {
    const failures = (moment: GuardContext['moment']) =>
      roleGuards(context({ ...example, moment }))
        .filter(({ guard }) => guard === 'declared-roles')
        .map(({ failure }) => failure);
    expect(failures('planning')).toEqual(['FactMissing']);
    expect(failures('before-install')).toEqual(['TargetChanged']);
    expect(failures('before-reboot')).toEqual(['TargetChanged']);
  });
});

describe('facts of the host', () => {
  const old = '2026-11-18T17:00:00Z';
  it.each<[string, Case, [string, string, string | null][]]>([
    [
      'no snapshot and no backup',
      { snapshot: false, facts: { lastVerifiedBackupAt: null } },
      [['backup', 'refuse', 'BackupMissing']],
    ],
    [
      'no snapshot and an old backup',
      { snapshot: false, facts: { lastVerifiedBackupAt: old } },
      [['backup', 'refuse', 'BackupMissing']],
    ],
    [
      'no snapshot and a backup that its own policy allows',
      {
        snapshot: false,
        facts: { lastVerifiedBackupAt: old },
        host: { backup: { product: 'Veeam', maxAgeHours: 72 } },
      },
      [],
    ],
    [
      'no snapshot, no policy of its own, and a backup older than the limit',
      { snapshot: false, facts: { lastVerifiedBackupAt: old }, host: { backup: undefined } },
      [['backup', 'refuse', 'BackupMissing']],
    ],
    ['no snapshot and a recent backup', { snapshot: false }, []],
    ['a snapshot and no backup', { facts: { lastVerifiedBackupAt: null } }, [['backup', 'note', null]]],
    [
      'a pending reboot',
      { facts: { pendingReboot: ['windows-update'] } },
      [['pending-reboot', 'refuse', 'PendingReboot']],
    ],
    [
      'a pending reboot that may be finished first',
      { facts: { pendingReboot: ['file-rename'] }, finishPendingReboot: true },
      [['pending-reboot', 'note', null]],
    ],
    ['one MB too little disk', { facts: { freeDiskMb: limits.freeDiskMb - 1 } }, [['disk', 'refuse', 'LowDisk']]],
    ['just enough disk', { facts: { freeDiskMb: limits.freeDiskMb } }, []],
    ['no scan', { facts: { lastScanAt: null } }, [['update-scan', 'ask', 'ScanStale']]],
    [
      'a scan older than the limit',
      { facts: { lastScanAt: '2026-11-13T17:59:59Z' } },
      [['update-scan', 'ask', 'ScanStale']],
    ],
    ['a scan just as old as the limit', { facts: { lastScanAt: '2026-11-13T18:00:00Z' } }, []],
    ['no monitoring', { host: { monitoring: undefined } }, [['monitoring', 'note', null]]],
    ['a window that closes too early', { closesAt: '2026-11-20T18:29:59Z' }, [['window', 'refuse', 'WindowClosing']]],
    [
      'a window that is too short from its opening on',
      { opensAt: '2026-11-20T20:00:00Z', closesAt: '2026-11-20T20:29:59Z' },
      [['window', 'refuse', 'WindowClosing']],
    ],
    ['a window that just fits', { closesAt: '2026-11-20T18:30:00Z' }, []],
  ])('%s', (_name, example, expected) => {
    expect(brief(runGuards(context({ ...example, moment: 'planning' })))).toEqual(expected);
    expect(brief(runGuards(context({ ...example, moment: 'preflight' })))).toEqual(expected);
  });

  it('that the turn itself changes do not stop it half-way', () => {
    const changed: Case = {
      facts: { pendingReboot: ['windows-update'], freeDiskMb: 1, lastScanAt: null, lastVerifiedBackupAt: null },
      snapshot: false,
      expectedMs: 10 * HOUR,
    };
    expect(runGuards(context({ ...changed, moment: 'before-install' }))).toEqual([]);
    expect(runGuards(context({ ...changed, moment: 'before-reboot' }))).toEqual([]);
  });

  it.each(['before-install', 'before-reboot'] as const)('%s: nothing starts once the window has closed', (moment) => {
    expect(brief(runGuards(context({ moment, closesAt: NOW })))).toEqual([['window', 'refuse', 'WindowClosing']]);
  });

  it('tell every objection, the roles first', () => {
    const worst: Case = {
      host: replica,
      roles: { availabilityGroups: [{ ...group, localRole: 'PRIMARY' }] },
      facts: { freeDiskMb: 0, pendingReboot: ['windows-update'] },
    };
    expect(runGuards(context(worst)).map(({ failure }) => failure)).toEqual([
      'AvailabilityGroupPrimary',
      'PendingReboot',
      'LowDisk',
    ]);
  });
});
