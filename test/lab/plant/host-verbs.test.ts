import { describe, expect, it } from 'vitest';
import { generateInventory, OS_UPDATES, type OperatingSystem } from '../../../lab/plant/index.ts';
import { APP, testPlant } from './lab-plant.ts';

const DAY = 86_400_000;
const DC = 'dc01.corp.example';
const [PRIMARY, SECONDARY] = ['sql02.corp.example', 'sql03.corp.example'] as const;

describe('a host as the seed made it', () => {
  it('is the same for the same seed, apart from stamps', async () => {
    const [one, two] = await Promise.all([testPlant(), testPlant()]);
    const facts = (lab: typeof one): unknown[] =>
      lab.plant.hosts().map(({ bootTime: _boot, lastScanAt: _scan, lastVerifiedBackupAt: _backup, ...rest }) => rest);
    expect(facts(one)).toEqual(facts(two));
  });

  it('was booted 10 to 60 days ago, scanned and backed up within the last day', async () => {
    const lab = await testPlant();
    for (const { bootTime, lastScanAt, lastVerifiedBackupAt } of lab.plant.hosts()) {
      const days = (stamp: string | null): number => (Date.now() - Date.parse(stamp ?? '')) / DAY;
      expect(days(bootTime)).toBeGreaterThan(9.9);
      expect(days(bootTime)).toBeLessThan(60.1);
      expect(days(lastScanAt)).toBeLessThan(1);
      expect(days(lastVerifiedBackupAt)).toBeLessThan(1);
    }
  });

  it('is offered the updates of its operating system; canaries always the cumulative one', async () => {
    const inventory = generateInventory(24, 7);
    const lab = await testPlant({ inventory });
    for (const { name, os, tags } of inventory.hosts.filter((host) => host.tags.includes('canary'))) {
      const { updates } = await lab.ask(name, 'Get-FettleOfferedUpdate', {});
      const kbs = updates.map(({ kb }) => kb);
      expect([tags.includes('canary'), kbs]).toEqual([
        true,
        expect.arrayContaining([OS_UPDATES[os as OperatingSystem].cumulative.kb]),
      ]);
    }
  });
});

describe('reading a host', () => {
  it('answers every reading verb of a plain host', async () => {
    const lab = await testPlant();
    const { bootTime } = await lab.ask(APP, 'Get-FettleBootTime', {});
    expect(bootTime).toBe(lab.plant.host(APP).bootTime);
    expect(await lab.ask(APP, 'Get-FettlePendingReboot', {})).toEqual({ reasons: [] });
    expect((await lab.ask(APP, 'Get-FettleDisk', {})).freeMb).toBe(lab.plant.host(APP).freeMb);
    expect(await lab.ask(APP, 'Get-FettleBackup', {})).toEqual({
      lastVerifiedAt: lab.plant.host(APP).lastVerifiedBackupAt,
    });
    expect(await lab.ask(APP, 'Get-FettleInstallerState', {})).toEqual({
      busy: false,
      servicing: false,
      rebootRequired: false,
      tasks: [],
    });
    const { services } = await lab.ask(APP, 'Get-FettleService', {});
    expect(services).toContainEqual({ name: 'W3SVC', state: 'Running', startType: 'Automatic' });
    expect(services).toContainEqual({ name: 'wuauserv', state: 'Stopped', startType: 'Manual' });
    expect(await lab.ask(APP, 'Get-FettleClusterState', {})).toEqual({ cluster: null });
    expect(await lab.ask(APP, 'Get-FettleAvailabilityGroup', {})).toEqual({ groups: [] });
    expect(await lab.ask(APP, 'Get-FettleDomainControllerHealth', {})).toEqual({ controller: null });
    expect(await lab.ask(APP, 'Get-FettleHypervisorGuest', {})).toEqual({ guests: [] });
  });

  it('shows availability groups with one primary, in step', async () => {
    const lab = await testPlant();
    const [primary] = (await lab.ask(PRIMARY, 'Get-FettleAvailabilityGroup', {})).groups;
    const [secondary] = (await lab.ask(SECONDARY, 'Get-FettleAvailabilityGroup', {})).groups;
    expect(primary).toMatchObject({ localRole: 'PRIMARY', primaryReplica: PRIMARY, partnerReplica: SECONDARY });
    expect(secondary).toMatchObject({ localRole: 'SECONDARY', primaryReplica: PRIMARY, partnerReplica: PRIMARY });
    expect(primary?.databases[0]).toMatchObject({ synchronization: 'SYNCHRONIZED', health: 'HEALTHY' });
  });

  it('lists the guests of a hypervisor and shows a cluster node', async () => {
    const inventory = generateInventory(24, 7);
    for (const host of inventory.hosts) if (host.name === APP) host.roles = ['failover-cluster'];
    const lab = await testPlant({ inventory });
    const { guests } = await lab.ask('hyper-v-nordhavn.corp.example', 'Get-FettleHypervisorGuest', {});
    expect(guests).toContain(APP);
    expect(guests).not.toContain('app02.corp.example');
    const { cluster } = await lab.ask(APP, 'Get-FettleClusterState', {});
    expect(cluster).toMatchObject({ nodeState: 'Up', drained: false, quorumSurvivesLoss: true });
  });
});

describe('services and probes', () => {
  it('starts a service and waits until it runs, once', async () => {
    const lab = await testPlant();
    lab.plant.change(APP, { services: { W3SVC: 'Stopped' } });
    const started = await lab.ask(APP, 'Start-FettleService', { name: 'w3svc' });
    expect(started).toEqual({ name: 'W3SVC', state: 'Running', startType: 'Automatic' });
    await lab.ask(APP, 'Start-FettleService', { name: 'W3SVC' });
    expect(lab.plant.journal().map(({ effect, detail }) => [effect, detail])).toEqual([['service-started', 'W3SVC']]);
  });

  it('knows no other service', async () => {
    const lab = await testPlant();
    expect(await lab.refusal(APP, 'Start-FettleService', { name: 'Nothing' })).toBe(
      '422 0x80070424 NoServiceFoundForGivenName',
    );
  });

  it('lets probes fail while the services behind them are down', async () => {
    const lab = await testPlant();
    const service = { kind: 'service', name: 'BatchRecordGateway' } as const;
    const http = { kind: 'http', url: `http://${APP}/health`, expectStatus: 200 } as const;
    for (const probe of [service, http, { kind: 'tcp', port: 443 } as const])
      expect(await lab.ask(APP, 'Test-FettleProbe', { probe })).toMatchObject({ ok: true });
    lab.plant.change(APP, { services: { BatchRecordGateway: 'Stopped' } });
    for (const probe of [service, http])
      expect(await lab.ask(APP, 'Test-FettleProbe', { probe })).toMatchObject({
        ok: false,
        detail: 'not running: BatchRecordGateway',
      });
  });

  it('logs in to SQL Server only while the instance runs', async () => {
    const lab = await testPlant();
    const probe = { kind: 'sql-login', instance: 'MSSQLSERVER' } as const;
    expect(await lab.ask(PRIMARY, 'Test-FettleProbe', { probe })).toMatchObject({ ok: true });
    lab.plant.change(PRIMARY, { services: { MSSQLSERVER: 'Stopped' } });
    expect(await lab.ask(PRIMARY, 'Test-FettleProbe', { probe })).toMatchObject({ ok: false });
    const [group] = (await lab.ask(SECONDARY, 'Get-FettleAvailabilityGroup', {})).groups;
    expect(group?.databases[0]?.health).toBe('NOT_HEALTHY');
  });

  it('takes the health of a controller from its services', async () => {
    const lab = await testPlant();
    const healthy = { netlogonShared: true, sysvolShared: true, advertising: true, replicationFailures: 0 };
    expect(await lab.ask(DC, 'Get-FettleDomainControllerHealth', {})).toEqual({ controller: healthy });
    lab.plant.change(DC, { services: { Netlogon: 'Stopped' } });
    expect((await lab.ask(DC, 'Get-FettleDomainControllerHealth', {})).controller).toMatchObject({
      netlogonShared: false,
      advertising: false,
    });
  });
});
