import { describe, expect, it, onTestFinished } from 'vitest';
import { generateInventory, startPlant } from '../../../lab/plant/index.ts';
import type { PlantServer } from '../../../lab/plant/index.ts';
import { PLANT_SHELL } from '../../../lab/plant-shell.ts';
import type { InventoryHost } from '../../../model/inventory.ts';
import { failureOf, LIMITS, MINUTE, planned, situation } from './situation.ts';

/** A plant minute takes 50 ms: a turn with one reboot is over in two seconds. */
const SCALE = 1_200;
const HOST = 'app01.corp.example';
const inventory = generateInventory(24, 7);
const limits = { ...LIMITS, pollMs: 50 };

/** One host of a served plant, reached through what stands in for PowerShell. */
async function plantSituation() {
  const server: PlantServer = await startPlant({ inventory, seed: 7, scale: SCALE });
  onTestFinished(async () => server.close());
  const shell = PLANT_SHELL.simulated({ plantUrl: server.url, environment: {} });
  onTestFinished(async () => shell.close());
  const here = situation(shell, inventory.hosts, inventory.endpoints);
  const host = inventory.hosts.find(({ name }) => name === HOST) as InventoryHost;
  return { ...here, shell, plant: server.plant, host };
}

type Here = Awaited<ReturnType<typeof plantSituation>>;

/** What all steps of a turn need together, of a plan that froze what the host is offered now. */
async function wholeTurn(here: Here) {
  const [answer] = await here.run('surveyHosts', { items: [HOST], limits });
  if (answer?.status !== 'read') throw new Error(`${HOST} could not be read: ${JSON.stringify(answer)}`);
  const request = planned(here.host);
  const updates = answer.facts.offered.map(({ supersedes: _supersedes, ...update }) => update);
  return {
    ...request,
    limits,
    updates,
    approved: { ...request.approved, updates },
    installMs: 120 * MINUTE,
    rebootMs: 60 * MINUTE,
    keepMs: 72 * 60 * MINUTE,
    datastore: { datastoreFreeGb: 10, datastoreSnapshots: 10 },
    turnStartedAt: new Date().toISOString(),
    probes: [],
  };
}

/** What a worker that died after the effect and before its answer makes Temporal do. */
async function twice<T>(call: () => Promise<T>): Promise<T> {
  const first = await call();
  expect(await call()).toEqual(first);
  return first;
}

const until = () => new Date(Date.now() + 3_600_000).toISOString();

describe('a turn, activity by activity, on the simulated plant', () => {
  it('has every effect exactly once, although each step that writes is called twice', { timeout: 60_000 }, async () => {
    const here = await plantSituation();
    const request = await wholeTurn(here);
    const baseline = await here.run('preflight', request);
    expect(baseline.toInstall.map(({ kb }) => kb)).toEqual(request.updates.map(({ kb }) => kb));
    const end = until();
    const maintenance = await twice(() => here.run('startMaintenance', { ...request, until: end }));
    if (maintenance === null) throw new Error('The plant monitors every host');
    const snapshot = await twice(() => here.run('takeSnapshot', request));
    expect(await here.run('confirmRoles', { ...request, before: 'install' })).toBe('no clustered role');
    const task = await twice(() => here.run('startInstall', { ...request, updates: baseline.toInstall }));
    const report = await twice(() => here.follow('followInstall', { ...request, task }));
    expect(report).toMatchObject({ installed: baseline.toInstall.length, rebootRequired: true });

    const { bootTime: bootTimeBefore } = baseline;
    expect(await here.run('restartHost', { ...request, bootTimeBefore })).toEqual({ requested: true });
    // The host may be down by now: then the call fails, and what counts is that it asks for nothing.
    await here.run('restartHost', { ...request, bootTimeBefore }).catch(() => null);
    const { bootTime } = await twice(() => here.follow('awaitRestart', { ...request, bootTimeBefore }));
    expect(bootTime).not.toBe(bootTimeBefore);
    expect(await here.run('restartHost', { ...request, bootTimeBefore })).toEqual({ requested: false });

    const rescan = await here.run('rescan', request);
    expect(rescan.left).toEqual([]);
    expect(new Set(rescan.updates.map(({ outcome }) => outcome))).toEqual(new Set(['installed']));
    const verified = await here.run('verifyHost', { ...request, runningServices: baseline.runningServices });
    expect(verified).toEqual({ servicesDown: [], probesFailed: [], group: null, pendingReboot: [] });
    await twice(() => here.run('removeSnapshot', { ...request, snapshot }));
    await twice(() => here.run('endMaintenance', { ...request, maintenance }));

    const effects = here.plant
      .journal()
      .filter(({ key }) => key !== '')
      .map(({ effect }) => effect);
    expect(effects).toEqual([
      'maintenance-on',
      'snapshot-taken',
      'install-started',
      ...baseline.toInstall.map(() => 'update-installed'),
      'task-removed',
      'reboot',
      'snapshot-removed',
      'maintenance-off',
    ]);
  });

  it('tells an update that failed, and one cause for all of them, from each other', { timeout: 60_000 }, async () => {
    const here = await plantSituation();
    const request = await wholeTurn(here);
    const [first] = request.updates;
    here.plant.order({ host: HOST, fault: 'install-fails', hresult: '0x80070643', kb: first?.kb ?? '', times: 1 });
    const task = await here.run('startInstall', request);
    const report = await here.follow('followInstall', { ...request, task });
    expect(report.updates.filter(({ outcome }) => outcome === 'failed')).toEqual([
      { kb: first?.kb, id: first?.id, outcome: 'failed', detail: '0x80070643' },
    ]);

    here.plant.order({ host: HOST, fault: 'install-fails', hresult: '0x8024402C', times: 1 });
    const { left } = await here.run('rescan', request);
    const again = await here.run('startInstall', { ...request, round: 2, updates: left });
    const failure = await failureOf(here.follow('followInstall', { ...request, round: 2, task: again }));
    expect(failure).toMatchObject({ type: 'UpdateSourceUnreachable', hresult: '0x8024402C' });
  });

  it('finds a service that stays down and a host that does not come back', { timeout: 60_000 }, async () => {
    const here = await plantSituation();
    const request = await wholeTurn(here);
    const { bootTime, runningServices } = await here.run('preflight', request);
    const service = here.host.services[0] ?? '';
    here.plant.order({ host: HOST, fault: 'service-stays-down', service });
    await here.run('restartHost', { ...request, bootTimeBefore: bootTime });
    const back = await here.follow('awaitRestart', { ...request, bootTimeBefore: bootTime });
    const { servicesDown } = await here.run('verifyHost', { ...request, runningServices });
    expect(servicesDown.map(({ name }) => name)).toEqual([service]);
    expect((await failureOf(here.run('startService', { ...request, service }))).type).toBe('ServiceDown');

    here.plant.order({ host: HOST, fault: 'reboot-for-ever' });
    const late = { ...request, round: 2, last: true };
    await here.run('restartHost', { ...late, bootTimeBefore: back.bootTime });
    const waiting = situation(here.shell, inventory.hosts, inventory.endpoints);
    const failure = await failureOf(waiting.run('awaitRestart', { ...late, bootTimeBefore: back.bootTime }));
    expect(failure.type).toBe('RebootTimeout');
  });

  it('leaves a member of a redundancy group alone while another one is not fit', { timeout: 60_000 }, async () => {
    const here = await plantSituation();
    const [first, second] = inventory.hosts.filter(({ roles }) => roles.includes('domain-controller'));
    if (first === undefined || second === undefined || first.redundancyGroup !== second.redundancyGroup)
      throw new Error('The inventory has no pair of domain controllers');
    const request = { ...planned(first), limits };
    const ill = { netlogonShared: true, sysvolShared: false, advertising: true, replicationFailures: 0 };
    here.plant.change(second.name, { roles: { domainController: ill } });
    const failure = await failureOf(here.run('preflight', request));
    expect(failure).toMatchObject({ type: 'GroupUnhealthy', host: first.name });
    expect(failure.message).toContain(`${second.name}: SYSVOL is not shared`);
    here.plant.change(second.name, { roles: { domainController: { ...ill, sysvolShared: true } } });
    expect((await here.run('preflight', request)).warnings).toEqual([]);
  });
});
