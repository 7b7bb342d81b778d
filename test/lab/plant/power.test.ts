import { describe, expect, it } from 'vitest';
import { OS_UPDATES } from '../../../lab/plant/index.ts';
import { APP, testPlant, WAIT_MS } from './lab-plant.ts';

const { cumulative } = OS_UPDATES['Windows Server 2019'];
const SECONDARY = 'sql03.corp.example';

describe('a reboot', () => {
  it('goes down, comes up with a new boot time, finishes servicing and brings services back', async () => {
    const lab = await testPlant({ scale: 500 });
    lab.plant.change(APP, { pendingReboot: ['windows-update'] });
    const before = lab.plant.host(APP).bootTime;
    expect(await lab.ask(APP, 'Restart-FettleHost', { key: 'k', reason: 'patching' })).toEqual({ requested: true });
    await lab.power(APP, 'down');
    expect(await lab.refusal(APP, 'Get-FettleBootTime', {})).toBe('503 0x80338126 FettlePlantUnreachable');
    await lab.power(APP, 'up');
    const { bootTime, servicing, pendingReboot, servicesDown } = lab.plant.host(APP);
    expect(Date.parse(bootTime)).toBeGreaterThan(Date.parse(before));
    expect([servicing, pendingReboot]).toEqual([true, []]);
    expect(servicesDown).toContain('W3SVC');
    await lab.plant.until(
      () => !lab.plant.host(APP).servicing && lab.plant.host(APP).servicesDown.length === 0,
      WAIT_MS,
    );
    const started = lab.plant.journal().filter(({ effect }) => effect === 'service-started');
    expect(started.map(({ detail }) => detail)).toEqual(expect.arrayContaining(['W3SVC', 'BatchRecordGateway']));
    expect(started.every(({ key }) => key === '')).toBe(true);
  });

  it('takes four to nine minutes of plant time', async () => {
    const lab = await testPlant({ scale: 1_000 });
    const asked = Date.now();
    await lab.ask(APP, 'Restart-FettleHost', { key: 'k', reason: 'patching' });
    await lab.plant.until(() => Date.parse(lab.plant.host(APP).bootTime) > asked, WAIT_MS);
    expect(Date.parse(lab.plant.host(APP).bootTime) - asked).toBeGreaterThanOrEqual(240);
  });

  it('happens once for a key, also when it is asked for again after the boot, and another one is a boot of its own', async () => {
    const lab = await testPlant();
    await lab.reboot(APP, 'key-1');
    const { bootTime } = lab.plant.host(APP);
    expect(await lab.ask(APP, 'Restart-FettleHost', { key: 'key-1', reason: 'again' })).toEqual({ requested: false });
    expect(lab.effects(APP)).toEqual(['reboot key-1']);
    expect(lab.plant.host(APP).bootTime).toBe(bootTime);
    await lab.reboot(APP, 'key-2');
    expect(lab.effects(APP)).toEqual(['reboot key-1', 'reboot key-2']);
    // Less than two seconds would count as the same boot, however fast the plant works.
    expect(Date.parse(lab.plant.host(APP).bootTime) - Date.parse(bootTime)).toBeGreaterThan(2_000);
  });

  it('refuses other work while the host shuts down', async () => {
    const lab = await testPlant({ scale: 10 });
    await lab.ask(APP, 'Restart-FettleHost', { key: 'key-1', reason: 'patching' });
    expect(await lab.refusal(APP, 'Restart-FettleHost', { key: 'key-2', reason: 'again' })).toMatch(/^422 0x8007045B/);
    const task = { taskName: 'one', key: 'k', updates: [{ id: cumulative.id, revision: 1 }], timeLimitMinutes: 60 };
    expect(await lab.refusal(APP, 'Start-FettleUpdateTask', task)).toMatch(/^422 0x8024001E/);
  });

  it('kills an installation in the middle', async () => {
    const lab = await testPlant({ scale: 3_000 });
    lab.plant.change(APP, { offered: [{ ...cumulative, sizeMb: 5_000 }] });
    await lab.install(APP, 'task-1');
    await lab.reboot(APP);
    const progress = await lab.ask(APP, 'Get-FettleUpdateProgress', { taskName: 'task-1' });
    expect(progress).toMatchObject({ state: 'finished', error: { hresult: '0x8024001E' } });
    expect(lab.plant.host(APP).offered).toEqual([cumulative.kb]);
    expect(lab.effects(APP)).toEqual(['install-started key/task-1', 'reboot reboot-key', 'update-failed key/task-1']);
  });

  it('ends a call in progress with 410', async () => {
    const lab = await testPlant({ scale: 500, faults: [{ host: APP, fault: 'slow', factor: 100, times: 1 }] });
    lab.plant.change(APP, { services: { W3SVC: 'Stopped' } });
    const starting = lab.plant.call(APP, 'Start-FettleService', { name: 'W3SVC' });
    await Promise.all([
      expect(starting).rejects.toMatchObject({ name: 'PlantError', status: 410 }),
      lab.plant.call(APP, 'Restart-FettleHost', { key: 'k', reason: 'patching' }),
    ]);
  });

  it('brings out updates that hid behind it, on some hosts', async () => {
    const lab = await testPlant({ hosts: 24 });
    const offers = (): Map<string, string[]> => new Map(lab.plant.hosts().map(({ name, offered }) => [name, offered]));
    const before = offers();
    const hosts = lab.plant.hosts().filter(({ kind }) => kind === 'host');
    await Promise.all(hosts.map(async ({ name }) => lab.reboot(name)));
    const appeared = [...offers()].flatMap(([name, kbs]) => kbs.filter((kb) => !before.get(name)?.includes(kb)));
    const followUps = new Set(Object.values(OS_UPDATES).map(({ followUp }) => followUp.kb));
    expect(appeared.length).toBeGreaterThan(0);
    expect(appeared.length).toBeLessThan(hosts.length);
    expect(appeared.filter((kb) => !followUps.has(kb))).toEqual([]);
  });

  it('leaves the availability group out of step until the replica has caught up', async () => {
    const lab = await testPlant({ scale: 3_000 });
    const health = async (): Promise<string | undefined> =>
      (await lab.plant.call('sql02.corp.example', 'Get-FettleAvailabilityGroup', {})).groups[0]?.databases[0]?.health;
    await lab.ask(SECONDARY, 'Restart-FettleHost', { key: 'k', reason: 'patching' });
    await lab.power(SECONDARY, 'down');
    expect(await health()).toBe('NOT_HEALTHY');
    await lab.power(SECONDARY, 'up');
    expect(await health()).toBe('NOT_HEALTHY');
    await lab.plant.until(() => lab.plant.pendingTimers === 0, WAIT_MS);
    expect(await health()).toBe('HEALTHY');
  });
});
