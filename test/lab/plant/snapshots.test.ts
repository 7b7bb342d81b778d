import { describe, expect, it } from 'vitest';
import { generateInventory } from '../../../lab/plant/index.ts';
import { APP, testPlant } from './lab-plant.ts';

const HYPERVISOR = 'hyper-v-nordhavn.corp.example';

/** The inventory and the virtual machine of the application server. */
function given(): { inventory: ReturnType<typeof generateInventory>; vmId: string; datastore: string } {
  const inventory = generateInventory(24, 7);
  const vm = inventory.hosts.find(({ name }) => name === APP)?.virtualization;
  if (vm === undefined || vm === 'physical') throw new Error(`${APP} is no virtual machine`);
  return { inventory, vmId: vm.vmId, datastore: vm.datastore };
}

describe('snapshots', () => {
  it('are taken once by their name, count on the datastore and take its space', async () => {
    const { inventory, vmId, datastore } = given();
    const lab = await testPlant({ inventory });
    const before = await lab.ask(HYPERVISOR, 'Get-FettleSnapshot', { vmId, datastore });
    expect(before.snapshots).toEqual([]);
    const request = { vmId, name: 'fettle-1', comment: 'run 1', key: 'k' };
    const first = await lab.ask(HYPERVISOR, 'New-FettleSnapshot', request);
    expect(first).toEqual({ name: 'fettle-1', createdAt: expect.any(String), quiesced: true });
    expect(await lab.ask(HYPERVISOR, 'New-FettleSnapshot', request)).toEqual(first);
    const after = await lab.ask(HYPERVISOR, 'Get-FettleSnapshot', { vmId, datastore });
    expect(after.snapshots).toEqual([{ name: 'fettle-1', createdAt: first.createdAt, comment: 'run 1' }]);
    expect(after.datastore.snapshots).toBe(before.datastore.snapshots + 1);
    expect(after.datastore.freeGb).toBeLessThan(before.datastore.freeGb);
    expect(lab.effects(HYPERVISOR)).toEqual(['snapshot-taken k']);
  });

  it('are joined by a second request while they are in work', async () => {
    const { inventory, vmId } = given();
    const lab = await testPlant({ inventory, scale: 500 });
    const request = { vmId, name: 'fettle-1', comment: '', key: 'k' };
    const asked = [1, 2].map(async () => lab.plant.call(HYPERVISOR, 'New-FettleSnapshot', request));
    const [one, two] = await Promise.all(asked);
    expect(one).toEqual(two);
    expect(lab.effects(HYPERVISOR)).toEqual(['snapshot-taken k']);
  });

  it('are removed once and give the space back', async () => {
    const { inventory, vmId, datastore } = given();
    const lab = await testPlant({ inventory });
    const before = await lab.ask(HYPERVISOR, 'Get-FettleSnapshot', { vmId, datastore });
    await lab.ask(HYPERVISOR, 'New-FettleSnapshot', { vmId, name: 'fettle-1', comment: '', key: 'on' });
    const request = { vmId, name: 'fettle-1', key: 'off' };
    expect(await lab.ask(HYPERVISOR, 'Remove-FettleSnapshot', request)).toEqual({ removed: true });
    expect(await lab.ask(HYPERVISOR, 'Remove-FettleSnapshot', request)).toEqual({ removed: false });
    expect(await lab.ask(HYPERVISOR, 'Get-FettleSnapshot', { vmId, datastore })).toEqual(before);
    expect(lab.effects(HYPERVISOR)).toEqual(['snapshot-taken on', 'snapshot-removed off']);
  });

  it('end with FettleDatastoreFull when the space is gone, and leave nothing behind', async () => {
    const { inventory, vmId, datastore } = given();
    const lab = await testPlant({ inventory });
    const take = async (n: number): Promise<unknown> =>
      lab.plant.call(HYPERVISOR, 'New-FettleSnapshot', { vmId, name: `s-${n}`, comment: '', key: `k-${n}` });
    const results = await Promise.allSettled(Array.from({ length: 450 }, async (_, n) => take(n)));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((error) => error.id === 'FettleDatastoreFull' && error.status === 422)).toBe(true);
    const { snapshots, datastore: store } = await lab.ask(HYPERVISOR, 'Get-FettleSnapshot', { vmId, datastore });
    expect(snapshots).toHaveLength(450 - refused.length);
    expect(store.freeGb).toBeGreaterThanOrEqual(0);
  });

  it('are refused for a machine that is not there, or is down', async () => {
    const { inventory, vmId, datastore } = given();
    const lab = await testPlant({ inventory, faults: [{ host: APP, fault: 'reboot-for-ever' }] });
    const failed = '422 0x80131501 FettleSnapshotFailed';
    const read = { vmId: 'nothing', datastore };
    expect(await lab.refusal(HYPERVISOR, 'Get-FettleSnapshot', read)).toBe(failed);
    expect(await lab.refusal(APP, 'Get-FettleSnapshot', { vmId, datastore })).toBe(failed);
    await lab.ask(APP, 'Restart-FettleHost', { key: 'k', reason: 'test' });
    await lab.power(APP, 'stuck');
    const take = { vmId, name: 'fettle-1', comment: '', key: 'k' };
    expect(await lab.refusal(HYPERVISOR, 'New-FettleSnapshot', take)).toBe(failed);
  });
});
