import { describe, expect, it } from 'vitest';
import type { InventoryHost, Probe } from '../../../model/inventory.ts';
import { callsOf, scriptedShell, threw } from './scripted-shell.ts';
import type { Script } from './scripted-shell.ts';
import { failureOf, hostState, inventoryHost, LIMITS, NO_ROLES, situation, stepRequest } from './situation.ts';

type Service = ReturnType<typeof hostState>['services'][number];
const service = (name: string, state: string, startType = 'Automatic'): Service =>
  ({ name, state, startType }) as unknown as Service;

const probeAnswer = (ok: boolean) => ({ probes: [{ probe: 'tcp 443', ok, detail: ok ? '' : 'refused' }] });

async function verify(host: InventoryHost, script: Script, runningServices: string[] = [], probes: Probe[] = []) {
  const shell = scriptedShell(script);
  // Where answers change, as many looks as they need have time on any machine; else the end of the wait is what comes.
  const callMs = Object.values(script).some(Array.isArray) ? 10_000 : 30;
  const request = { ...stepRequest(host, { limits: { ...LIMITS, callMs } }), runningServices, probes };
  const report = await situation(shell, [host]).run('verifyHost', request);
  return { report, shell };
}

describe('verifyHost: services', () => {
  const host = inventoryHost();

  it('wants those that ran before and those of the inventory, by any spelling', async () => {
    const services = [service('w3svc', 'Running'), service('Spooler', 'Stopped'), service('Other', 'Stopped')];
    const { report } = await verify(host, { getHostState: hostState({ services }) }, ['Spooler', 'Vanished']);
    expect(report.servicesDown).toEqual([
      service('Spooler', 'Stopped'),
      { name: 'Vanished', state: 'Stopped', startType: 'Disabled' },
    ]);
    expect(report.group).toBeNull();
  });

  it.each([service('W3SVC', 'StartPending'), service('W3SVC', 'Stopped', 'AutomaticDelayedStart')])(
    'waits for a service that is $state and starts by itself ($startType)',
    async (starting) => {
      const { report, shell } = await verify(host, {
        getHostState: [hostState({ services: [starting] }), hostState()],
      });
      expect(report.servicesDown).toEqual([]);
      expect(callsOf(shell, 'getHostState')).toHaveLength(2);
    },
  );

  it('does not wait for ever', async () => {
    const services = [service('W3SVC', 'StartPending')];
    const { report } = await verify(host, { getHostState: hostState({ services }) });
    expect(report.servicesDown.map(({ name }) => name)).toEqual(['W3SVC']);
  });
});

describe('verifyHost: probes', () => {
  const host = inventoryHost({ probes: [{ kind: 'tcp', port: 443 }] });

  it('gives a probe time to pass', async () => {
    const { report } = await verify(host, {
      getHostState: hostState(),
      testHostProbe: [probeAnswer(false), probeAnswer(true)],
    });
    expect(report.probesFailed).toEqual([]);
  });

  it('tells the probe that fails', async () => {
    const { report } = await verify(host, { getHostState: hostState(), testHostProbe: probeAnswer(false) });
    expect(report.probesFailed).toEqual([{ probe: 'tcp 443', detail: 'refused' }]);
  });

  it('runs those that the input added for the target, beside those of the inventory', async () => {
    const script = { getHostState: hostState(), testHostProbe: probeAnswer(true) };
    const { shell } = await verify(host, script, [], [{ kind: 'service', name: 'LanmanServer' }]);
    expect(callsOf(shell, 'testHostProbe')[0]).toMatchObject({
      Probes: [
        { kind: 'tcp', port: 443 },
        { kind: 'service', name: 'LanmanServer' },
      ],
    });
  });

  it('tries once only while services are down', async () => {
    const services = [service('W3SVC', 'Stopped')];
    const { shell } = await verify(host, { getHostState: hostState({ services }), testHostProbe: probeAnswer(false) });
    expect(callsOf(shell, 'testHostProbe')).toHaveLength(1);
  });
});

describe('verifyHost: redundancy group', () => {
  const controller = { netlogonShared: true, sysvolShared: true, advertising: true, replicationFailures: 0 };
  const group = {
    name: 'AG1',
    localRole: 'SECONDARY' as const,
    primaryReplica: 'sql02.corp.example',
    partnerReplica: 'sql02.corp.example',
    databases: [{ name: 'Batch', synchronization: 'SYNCHRONIZED', health: 'HEALTHY' }],
  };
  const unsynchronized = {
    ...group,
    databases: [{ name: 'Batch', synchronization: 'SYNCHRONIZING', health: 'HEALTHY' }],
  };
  const node = { name: 'C1', drained: true, ownedGroups: [], quorumSurvivesLoss: true };
  const dc = ['domain-controller'] as const;
  const ag = ['availability-group'] as const;
  const fc = ['failover-cluster'] as const;

  it.each([
    [true, dc, { domainController: controller }, 'is back'],
    [false, dc, { domainController: { ...controller, netlogonShared: false } }, 'NETLOGON'],
    [false, dc, { domainController: { ...controller, sysvolShared: false } }, 'SYSVOL'],
    [false, dc, { domainController: { ...controller, advertising: false } }, 'advertise'],
    [false, dc, { domainController: { ...controller, replicationFailures: 2 } }, 'replication failures: 2'],
    [false, dc, {}, 'does not say that it is a domain controller'],
    [true, ag, { availabilityGroups: [group] }, 'is back'],
    [false, ag, { availabilityGroups: [unsynchronized] }, 'Batch in AG1 is SYNCHRONIZING'],
    [false, ag, { availabilityGroups: [{ ...group, localRole: 'RESOLVING' as const }] }, 'RESOLVING'],
    [false, ag, {}, 'does not show its availability group'],
    [true, fc, { cluster: { ...node, nodeState: 'Paused' as const } }, 'is back'],
    [false, fc, { cluster: { ...node, nodeState: 'Down' as const } }, 'is Down'],
  ])('is healthy: %s, for %j with %j', async (healthy, roles, facts, says) => {
    const host = inventoryHost({ roles: [...roles], redundancyGroup: 'pair' });
    const { report } = await verify(host, { getHostState: hostState(), getHostRole: { ...NO_ROLES, ...facts } });
    expect(report.group?.healthy).toBe(healthy);
    expect(report.group?.detail).toContain(says);
  });

  it('waits until the databases are in step again', async () => {
    const host = inventoryHost({ roles: ['availability-group'], redundancyGroup: 'pair' });
    const { report } = await verify(host, {
      getHostState: hostState(),
      getHostRole: [
        { ...NO_ROLES, availabilityGroups: [unsynchronized] },
        { ...NO_ROLES, availabilityGroups: [group] },
      ],
    });
    expect(report.group?.healthy).toBe(true);
  });

  it('goes by the own probes of members of any other group', async () => {
    const host = inventoryHost({
      roles: ['scada'],
      redundancyGroup: 'pair',
      virtualization: 'physical',
      probes: [{ kind: 'tcp', port: 2010 }],
    });
    const { report } = await verify(host, {
      getHostState: hostState(),
      getHostRole: NO_ROLES,
      testHostProbe: { probes: [{ probe: 'tcp 2010', ok: false, detail: 'refused' }] },
    });
    expect(report.group).toEqual({ healthy: false, detail: expect.stringContaining('tcp 2010') });
  });
});

describe('startService', () => {
  const host = inventoryHost();
  const request = { ...stepRequest(host), service: 'W3SVC' };

  it('is content with a service that runs', async () => {
    const shell = scriptedShell({ startHostService: service('W3SVC', 'Running') });
    await situation(shell).run('startService', request);
    expect(callsOf(shell, 'startHostService').map(({ Name }) => Name)).toEqual(['W3SVC']);
  });

  it.each([threw({ id: 'FettleServiceDown' }), service('W3SVC', 'Stopped')])(
    'fails with ServiceDown for one that does not come up',
    async (answer) => {
      const shell = scriptedShell({ startHostService: answer });
      expect((await failureOf(situation(shell).run('startService', request))).type).toBe('ServiceDown');
    },
  );
});
