import { describe, expect, it } from 'vitest';
import { generateInventory, startPlant } from '../../../lab/plant/index.ts';
import { APP, testPlant } from './lab-plant.ts';

describe("the plant's server", () => {
  it('says in every report that the plant is simulated', async () => {
    const lab = await testPlant();
    for (const path of ['/', '/health', '/journal', '/hosts', `/hosts/${APP}`, '/faults'])
      expect([path, await lab.send('GET', path)]).toMatchObject([path, { status: 200, body: { simulated: true } }]);
  });

  it('shows the journal with every effect, its key and its time', async () => {
    const lab = await testPlant({ scale: 10 });
    await lab.ask(APP, 'Restart-FettleHost', { key: 'run/host/1/reboot/1', reason: 'CHG1' });
    const { body } = await lab.send('GET', '/journal');
    expect(body).toMatchObject({
      entries: [{ host: APP, effect: 'reboot', key: 'run/host/1/reboot/1', detail: 'CHG1', at: expect.any(String) }],
    });
  });

  it('answers 503 for a host that it does not know, also by its short name', async () => {
    const lab = await testPlant();
    for (const host of ['app99.corp.example', 'app01', 'APP01.corp.example'])
      expect(await lab.refusal(host, 'Get-FettleBootTime', {})).toBe('503 0x80338126 FettlePlantUnreachable');
  });

  it('names every field of a body that does not fit, and an unknown verb', async () => {
    const lab = await testPlant();
    const path = `/hosts/${APP}/Start-FettleUpdateTask`;
    const { status, body } = await lab.send('POST', path, { taskName: '', updates: [], timeLimitMinutes: 1 });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toMatch(/taskName.*key.*updates/);
    expect(await lab.send('POST', `/hosts/${APP}/Format-Disk`, {})).toMatchObject({ status: 422 });
    expect(await lab.send('GET', '/nothing')).toMatchObject({ status: 404 });
    const broken = await fetch(`${lab.server.url}${path}`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(422);
  });

  it('lets facts of a host be changed, and refuses what it does not have', async () => {
    const lab = await testPlant();
    const change = {
      pendingReboot: ['file-rename'],
      lastVerifiedBackupAt: null,
      lastScanAt: '2026-01-01T00:00:00Z',
      freeMb: 1_234,
      roles: { guests: ['a'] },
    };
    expect(await lab.send('PATCH', `/hosts/${APP}`, change)).toMatchObject({ status: 200, body: { host: change } });
    expect(await lab.ask(APP, 'Get-FettleBackup', {})).toEqual({ lastVerifiedAt: null });
    expect(await lab.ask(APP, 'Get-FettlePendingReboot', {})).toEqual({ reasons: ['file-rename'] });
    for (const bad of [{ freeMb: -1 }, { unknown: 1 }, { services: { Nothing: 'Stopped' } }])
      expect(await lab.send('PATCH', `/hosts/${APP}`, bad)).toMatchObject({ status: 422 });
    expect(await lab.send('PATCH', '/hosts/nothing', {})).toMatchObject({ status: 422 });
    expect(lab.plant.host(APP).freeMb).toBe(1_234);
  });

  it('leaves no timer and no waiting caller when it is closed, twice if need be', async () => {
    const server = await startPlant({ inventory: generateInventory(3, 7), seed: 7, scale: 1 });
    await server.plant.call(APP, 'Restart-FettleHost', { key: 'k', reason: 'test' });
    expect(server.plant.pendingTimers).toBe(1);
    await Promise.all([
      expect(server.plant.until(() => false, 60_000)).rejects.toThrow(/closed/),
      server.close(),
      server.close(),
    ]);
    expect(server.plant.pendingTimers).toBe(0);
    await expect(fetch(server.url)).rejects.toThrow(/fetch failed/);
  });

  it('tells who waits in vain what happened last', async () => {
    const lab = await testPlant({ scale: 10 });
    await lab.ask(APP, 'Restart-FettleHost', { key: 'k', reason: 'CHG1' });
    await expect(lab.plant.until(() => false, 5)).rejects.toThrow(/within 5 ms.*reboot CHG1/);
  });

  it('serves many calls to one host at once', async () => {
    const lab = await testPlant();
    const answers = await Promise.all(Array.from({ length: 40 }, async () => lab.ask(APP, 'Get-FettleDisk', {})));
    expect(new Set(answers.map(({ freeMb }) => freeMb)).size).toBe(1);
  });

  it('refuses a scale that makes no time', () => {
    const options = { inventory: generateInventory(1, 7), seed: 7 };
    return expect(startPlant({ ...options, scale: 0 })).rejects.toThrow(/above 0/);
  });
});
