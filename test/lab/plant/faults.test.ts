import { describe, expect, it } from 'vitest';
import { type FaultOrder, OS_UPDATES } from '../../../lab/plant/index.ts';
import { APP, testPlant, type TestPlant, WAIT_MS } from './lab-plant.ts';

const { cumulative, dotNet } = OS_UPDATES['Windows Server 2019'];
const OFFERED = { offered: [cumulative, dotNet] };

async function history(lab: TestPlant): Promise<string[]> {
  const { entries } = await lab.ask(APP, 'Get-FettleUpdateHistory', { since: lab.plant.journal()[0]?.at ?? '' });
  return entries.map(({ kb, result, hresult }) => `${kb} ${result} ${hresult}`);
}

describe('fault orders', () => {
  it('fail: a verb throws as often as ordered and without any effect', async () => {
    const order = {
      host: APP,
      fault: 'fail',
      step: 'Restart-FettleHost',
      hresult: '0x80070005',
      message: 'no',
    } as const;
    const lab = await testPlant({ faults: [{ ...order, times: 2 }] });
    const request = { key: 'k', reason: 'test' };
    expect(await lab.refusal(APP, 'Restart-FettleHost', request)).toBe('422 0x80070005 FettlePlantRefused');
    expect(await lab.refusal(APP, 'Restart-FettleHost', request)).toBe('422 0x80070005 FettlePlantRefused');
    expect(lab.plant.journal()).toEqual([]);
    expect(await lab.ask(APP, 'Restart-FettleHost', request)).toEqual({ requested: true });
  });

  it('fail: carries the error id that was ordered and lets other verbs and hosts alone', async () => {
    const lab = await testPlant();
    const order = {
      host: APP,
      fault: 'fail',
      step: 'Get-FettleDisk',
      hresult: '0x80131501',
      message: 'no',
      id: 'Mine',
    };
    await lab.send('POST', '/faults', order);
    expect(await lab.refusal(APP, 'Get-FettleDisk', {})).toBe('422 0x80131501 Mine');
    await lab.ask(APP, 'Get-FettleBootTime', {});
    await lab.ask('app02.corp.example', 'Get-FettleDisk', {});
  });

  it('install-fails: the whole task once, then it works', async () => {
    const lab = await testPlant({ faults: [{ host: APP, fault: 'install-fails', hresult: '0x80070643', times: 1 }] });
    lab.plant.change(APP, OFFERED);
    await lab.install(APP, 'task-1');
    await lab.installEnd(APP);
    const progress = await lab.ask(APP, 'Get-FettleUpdateProgress', { taskName: 'task-1' });
    expect(progress).toMatchObject({ state: 'finished', error: { hresult: '0x80070643' } });
    expect(await history(lab)).toEqual([`${cumulative.kb} failed 0x80070643`, `${dotNet.kb} failed 0x80070643`]);
    expect(lab.plant.host(APP)).toMatchObject({ offered: [cumulative.kb, dotNet.kb], pendingReboot: [] });
    await lab.install(APP, 'task-2');
    await lab.installEnd(APP);
    expect(lab.plant.host(APP).offered).toEqual([]);
  });

  it('install-fails: only the KB that is named', async () => {
    const order: FaultOrder = { host: APP, fault: 'install-fails', hresult: '0x800F0922', kb: cumulative.kb };
    const lab = await testPlant({ faults: [order] });
    lab.plant.change(APP, OFFERED);
    await lab.install(APP, 'task-1');
    await lab.installEnd(APP);
    expect(await history(lab)).toEqual([`${cumulative.kb} failed 0x800F0922`, `${dotNet.kb} succeeded 0x00000000`]);
    expect(lab.effects(APP).slice(1)).toEqual(['update-failed key/task-1', 'update-installed key/task-1']);
  });

  it('hang: gives no answer while other verbs do, and the hanging request ends with the plant', async () => {
    const lab = await testPlant({ faults: [{ host: APP, fault: 'hang', step: 'Get-FettleDisk' }] });
    const hanging = lab.ask(APP, 'Get-FettleDisk', {}).then(
      () => 'answered',
      () => 'ended',
    );
    await lab.ask(APP, 'Get-FettleBootTime', {});
    await lab.server.close();
    expect(await hanging).toBe('ended');
  });

  it('off-network: not reached at once, or once the verb was answered, until it is taken back', async () => {
    const lab = await testPlant({ faults: [{ host: APP, fault: 'off-network', after: 'Restart-FettleHost' }] });
    await lab.ask(APP, 'Get-FettleBootTime', {});
    await lab.ask(APP, 'Restart-FettleHost', { key: 'k', reason: 'test' });
    expect(await lab.refusal(APP, 'Get-FettleBootTime', {})).toMatch(/^503/);
    await lab.plant.until((entries) => entries.some(({ effect }) => effect === 'service-started'), WAIT_MS);
    expect(await lab.refusal(APP, 'Get-FettleBootTime', {})).toMatch(/^503/);
    await lab.send('DELETE', `/faults?host=${APP}`);
    await lab.ask(APP, 'Get-FettleBootTime', {});
    await lab.send('POST', '/faults', { host: APP, fault: 'off-network', times: 1 });
    expect(await lab.refusal(APP, 'Get-FettleBootTime', {})).toMatch(/^503/);
    await lab.ask(APP, 'Get-FettleBootTime', {});
  });

  it('off-network: breaks the calls in progress', async () => {
    const lab = await testPlant({ scale: 10 });
    const searching = lab.plant.call(APP, 'Get-FettleOfferedUpdate', {});
    lab.plant.order({ host: APP, fault: 'off-network' });
    await expect(searching).rejects.toMatchObject({ status: 410 });
  });

  it('reboot-for-ever: stays away until the order is taken back', async () => {
    const lab = await testPlant({ faults: [{ host: APP, fault: 'reboot-for-ever' }] });
    await lab.ask(APP, 'Restart-FettleHost', { key: 'k', reason: 'test' });
    await lab.power(APP, 'stuck');
    expect(lab.plant.pendingTimers).toBe(0);
    expect(await lab.refusal(APP, 'Get-FettleBootTime', {})).toMatch(/^503/);
    lab.plant.clearFaults(APP);
    await lab.ask(APP, 'Get-FettleBootTime', {});
  });

  it('service-stays-down: after a reboot and when it is started', async () => {
    const lab = await testPlant({ faults: [{ host: APP, fault: 'service-stays-down', service: 'w3svc', times: 2 }] });
    await lab.ask(APP, 'Restart-FettleHost', { key: 'k', reason: 'test' });
    await lab.plant.until((entries) => entries.some(({ effect }) => effect === 'service-started'), WAIT_MS);
    await lab.plant.until(() => lab.plant.pendingTimers === 0, WAIT_MS);
    expect(lab.plant.host(APP).servicesDown).toEqual(['W3SVC']);
    expect(await lab.refusal(APP, 'Start-FettleService', { name: 'W3SVC' })).toBe('422 0x8007041D FettleServiceDown');
    expect(await lab.ask(APP, 'Start-FettleService', { name: 'W3SVC' })).toMatchObject({ state: 'Running' });
  });

  it('update-loop: what was installed is offered again, and installed again', async () => {
    const lab = await testPlant({ faults: [{ host: APP, fault: 'update-loop' }] });
    lab.plant.change(APP, OFFERED);
    await lab.install(APP, 'task-1');
    await lab.installEnd(APP);
    await lab.reboot(APP);
    expect(lab.plant.host(APP).offered.slice(0, 2)).toEqual([cumulative.kb, dotNet.kb]);
    await lab.install(APP, 'task-2');
    await lab.installEnd(APP);
    expect(lab.effects(APP).filter((effect) => effect.startsWith('update-installed'))).toHaveLength(4);
  });

  it('low-disk: shows no more than ordered', async () => {
    const lab = await testPlant({ faults: [{ host: APP, fault: 'low-disk', freeMb: 900 }] });
    expect(await lab.ask(APP, 'Get-FettleDisk', {})).toEqual({ freeMb: 900 });
  });

  it('slow: stretches what the host does', async () => {
    const lab = await testPlant({ faults: [{ host: APP, fault: 'slow', factor: 100 }] });
    lab.plant.change(APP, { services: { W3SVC: 'Stopped' } });
    const asked = Date.now();
    await lab.ask(APP, 'Start-FettleService', { name: 'W3SVC' });
    // At least ten seconds of the plant, a hundred times as long.
    expect(Date.now() - asked).toBeGreaterThanOrEqual(49);
  });
});

describe('orders that can never strike', () => {
  it('are refused all at once, and none of them is taken', async () => {
    const lab = await testPlant();
    const orders: FaultOrder[] = [
      { host: APP, fault: 'update-loop' },
      { host: 'APP01', fault: 'update-loop' },
      { host: APP, fault: 'service-stays-down', service: 'Nothing' },
    ];
    const { status, body } = await lab.send('POST', '/faults', orders);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toMatch(/no host 'APP01'; no service 'Nothing' on app01/);
    expect(lab.plant.faults()).toEqual([]);
  });

  it.each([
    { host: APP, fault: 'explode' },
    { host: APP, fault: 'hang', step: 'Get-Nothing' },
    { host: APP, fault: 'install-fails', hresult: 'bad' },
    { host: APP, fault: 'update-loop', times: 0 },
    { host: APP, fault: 'update-loop', extra: 1 },
  ])('are refused when they are no orders: %o', async (order) => {
    const lab = await testPlant({ hosts: 1 });
    expect((await lab.send('POST', '/faults', order)).status).toBe(422);
  });
});
