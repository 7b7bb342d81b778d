import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Shell } from '../../../activities/powershell/shell.ts';
import { generateInventory, type PlantServer, startPlant } from '../../../lab/plant/index.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';
import { LOCAL, testShell } from '../../powershell/shells.ts';

let inventory: Inventory;
let plant: PlantServer;
let shell: Shell;

beforeAll(async () => {
  inventory = generateInventory(24, 7);
  plant = await startPlant({ inventory, seed: 7, scale: 10_000 });
  shell = testShell({ environment: { ...process.env, FETTLE_PLANT_URL: plant.url } });
});
afterAll(async () => {
  await shell.close();
  await plant.close();
});

test('what every host of the plant says fits the contracts of the scripts that read it', async () => {
  for (const { name: HostName, probes } of inventory.hosts) {
    const kinds = [
      await shell.call(SCRIPTS.getHostState, LOCAL, { HostName }),
      await shell.call(SCRIPTS.getHostRole, LOCAL, { HostName }),
      await shell.call(SCRIPTS.getUpdateState, LOCAL, { HostName }),
      await shell.call(SCRIPTS.testHostProbe, LOCAL, { HostName, Probes: probes }),
    ].map((outcome) => ('message' in outcome ? outcome.message : outcome.kind));
    expect({ HostName, kinds }).toEqual({ HostName, kinds: ['result', 'result', 'result', 'result'] });
  }
});

test('an effect that is asked for twice with one key happens once', async () => {
  const host = inventory.hosts.find(({ monitoring }) => monitoring !== undefined);
  const { endpoint, objects } = host?.monitoring ?? { endpoint: '', objects: [] };
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const parameters = { EndpointName: endpoint, Objects: objects, Until: until, Comment: 'CHG0042', Key: 'run/1' };
  for (const _attempt of [1, 2]) {
    const outcome = await shell.call(SCRIPTS.startMaintenanceMode, LOCAL, parameters);
    expect(outcome).toMatchObject({
      kind: 'result',
      result: { objects: objects.map((object) => ({ object, inMaintenance: true })) },
    });
  }
  const asked = { EndpointName: endpoint, Objects: objects };
  expect(await shell.call(SCRIPTS.getMaintenanceMode, LOCAL, asked)).toMatchObject({ kind: 'result' });
  expect(plant.plant.journal().filter(({ key }) => key === 'run/1')).toHaveLength(1);
});
