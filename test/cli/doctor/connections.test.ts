import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkConnections } from '../../../cli/doctor/check-connections.ts';
import { generateInventory } from '../../../lab/plant/index.ts';
import type { HostConnection, Inventory } from '../../../model/inventory.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-connections-'));
});
afterEach(() => rm(folder, { recursive: true }));

function inventory(connection: HostConnection, password: string): Inventory {
  const { hosts, endpoints } = generateInventory(8, 1);
  return {
    hosts: hosts.slice(0, 1).map((host) => ({ ...host, connection })),
    endpoints: endpoints
      .filter(({ kind }) => kind === 'vmware')
      .slice(0, 1)
      .map((endpoint) => ({ ...endpoint, credential: { user: 'svc-fettle@corp.example', password } })),
  };
}

const look = (given: Inventory, platform: NodeJS.Platform = process.platform) =>
  checkConnections(given, { environment: { VCENTER_PASSWORD: 'a long one' }, platform });

test('a machine that has every key and password is good', async () => {
  const [keyFile, knownHosts] = [join(folder, 'key'), join(folder, 'known_hosts')];
  for (const file of [keyFile, knownHosts]) await writeFile(file, 'x');
  const connection = {
    transport: 'ssh',
    address: 'app01',
    port: 22,
    user: 'svc',
    keyFile: `file:${keyFile}`,
    knownHosts,
  } as const;
  const finding = await look(inventory(connection, 'env:VCENTER_PASSWORD'));
  expect(finding).toMatchObject({ verdict: 'good', text: 'what 1 hosts and 1 endpoints need is on this machine' });
});

test('what is missing is named, and never shown', async () => {
  const connection = { transport: 'winrm', address: 'app01', port: 5986, configuration: 'FettlePatching' } as const;
  const { verdict, text } = await look(inventory(connection, 'env:NOT_SET'), 'linux');
  expect(verdict).toBe('note');
  expect(text).toMatch(/WinRM to app01 needs a worker on Windows/);
  expect(text).toMatch(/The password of vmware-\S+: The secret env:NOT_SET is not set in the worker's environment\./);
});

test('of many the first are told and the rest is counted', async () => {
  const connection = { transport: 'ssh', address: 'app01', port: 22 } as const;
  const { hosts, endpoints } = inventory(connection, 'env:VCENTER_PASSWORD');
  const { text } = await look({ hosts: Array.from({ length: 9 }, () => hosts).flat(), endpoints });
  expect(text.split('\n')).toHaveLength(7);
  expect(text).toMatch(/and 4 more$/);
});
