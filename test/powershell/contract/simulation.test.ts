import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Shell } from '../../../activities/powershell/shell.ts';
import { generateInventory, type PlantServer, startPlant } from '../../../lab/plant/index.ts';
import { REQUESTS } from '../../../lab/plant/requests.ts';
import { shellBehaviour } from '../../../lab/shell/index.ts';
import { BEHAVIOURS } from '../../../lab/shell/Test-ShellBehaviour.contract.ts';
import { connectHost, type HostVerbs } from '../../../lab/shell/plant-client.ts';
import { SIMULATED_SCRIPTS } from '../../../lab/shell/scripts.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';
import { LOCAL, testShell } from '../shells.ts';
import { askedOfPlant, calledVerbs, type CalledVerb } from './called-verbs.ts';

const inventory = generateInventory(24, 7);
const HostName = 'app01.corp.example';
const machine = inventory.hosts.find(({ name }) => name === HostName);
const { endpoint: monitoring, objects: Objects } = machine?.monitoring ?? { endpoint: '', objects: [] };
const virtual = inventory.hosts.map(({ virtualization }) => virtualization).find((kind) => kind !== 'physical');
const { endpoint: hypervisor, vmId: VmId, datastore: Datastore } = virtual ?? { endpoint: '', vmId: '', datastore: '' };
const Comment = 'CHG0042';
const Key = 'run/app01/1/step/1';
const TaskName = 'fettle-1';
const later = (): string => new Date(Date.now() + 3_600_000).toISOString();
const earlier = (): string => new Date(Date.now() - 3_600_000).toISOString();

interface Reading {
  bootTime: string;
  updates: { id: string; revision: number }[];
}

/** Good parameters of every script, from what the plant says. In this order each finds what it works on. */
const CALLS: Record<string, (reading: Reading) => Record<string, unknown>> = {
  'Get-HostState': () => ({ HostName }),
  'Get-HostRole': () => ({ HostName }),
  'Get-UpdateState': () => ({ HostName }),
  'Test-HostProbe': () => ({ HostName, Probes: machine?.probes ?? [] }),
  'Get-FettleEventExcerpt': () => ({ HostName, Since: earlier(), Maximum: 20 }),
  'Get-FettleMaintenance': () => ({ EndpointName: monitoring, Objects }),
  'Start-FettleMaintenance': () => ({ EndpointName: monitoring, Objects, Until: later(), Comment, Key }),
  'Stop-FettleMaintenance': () => ({ EndpointName: monitoring, Objects, Comment, Key }),
  'New-FettleSnapshot': () => ({ EndpointName: hypervisor, VmId, Name: TaskName, Comment, Key }),
  'Get-FettleSnapshot': () => ({ EndpointName: hypervisor, VmId, Datastore }),
  'Remove-FettleSnapshot': () => ({ EndpointName: hypervisor, VmId, Name: TaskName, Key }),
  'Start-FettleService': () => ({ HostName, Name: 'W3SVC' }),
  // Before one is started: a running task is not removed.
  'Remove-FettleUpdateTask': () => ({ HostName, TaskName }),
  'Start-FettleUpdateTask': ({ updates }) => ({ HostName, TaskName, Key, Updates: updates, TimeLimitMinutes: 60 }),
  'Get-FettleUpdateProgress': () => ({ HostName, TaskName }),
  'Get-UpdateResult': ({ updates }) => ({ HostName, Since: earlier(), Updates: updates }),
  'Restart-PatchHost': ({ bootTime }) => ({ HostName, Key, BootTimeBefore: bootTime, Reason: Comment }),
};
const CONTRACTS = Object.values(SCRIPTS);
const NAMES = CONTRACTS.map(({ name }) => name);

let plant: PlantServer;
beforeAll(async () => {
  plant = await startPlant({ inventory, seed: 7, scale: 10_000 });
});
afterAll(() => plant.close());

async function read({ url }: PlantServer): Promise<Reading> {
  const host = connectHost(url, HostName);
  const { bootTime } = await host.invoke('Get-FettleBootTime', {});
  const { updates } = await host.invoke('Get-FettleOfferedUpdate', {});
  return { bootTime, updates: updates.map(({ id, revision }) => ({ id, revision })) };
}

/** Runs one simulated script and notes what it asks of its host. */
async function simulate(name: string): Promise<{ asked: CalledVerb[]; result: unknown }> {
  const parameters = CALLS[name]?.(await read(plant)) ?? {};
  const host = connectHost(plant.url, String(parameters['HostName'] ?? parameters['EndpointName']));
  const asked: CalledVerb[] = [];
  const noting: HostVerbs = {
    name: host.name,
    invoke: (verb, request) => {
      if (!asked.some((earlierCall) => earlierCall.verb === verb)) asked.push({ verb, fields: Object.keys(request) });
      return host.invoke(verb, request);
    },
  };
  return { asked, result: await SIMULATED_SCRIPTS.get(name)?.run(noting, parameters) };
}

const sorted = (verbs: CalledVerb[]) => verbs.map(({ verb, fields }) => ({ verb, fields: fields.toSorted() }));

test('every script has a simulation, and good parameters here', () => {
  expect([...SIMULATED_SCRIPTS.keys()].toSorted()).toEqual(NAMES.toSorted());
  expect(Object.keys(CALLS).toSorted()).toEqual(NAMES.toSorted());
});

describe('a simulated script', () => {
  // In the order of CALLS, on one plant.
  for (const name of Object.keys(CALLS)) {
    const contract = CONTRACTS.find((candidate) => candidate.name === name);

    test(`${name} asks its host for what the script asks for, in its order, and answers what its contract allows`, async () => {
      const { asked, result } = await simulate(name);
      expect(contract?.result.safeParse(result)).toMatchObject({ success: true });
      expect(sorted(asked)).toEqual(sorted(await calledVerbs(contract?.file ?? new URL('file:///'))));
    });
  }
});

test('through the boundary, too, every script answers what its contract allows', async () => {
  const fresh = await startPlant({ inventory, seed: 7, scale: 10_000 });
  onTestFinished(() => fresh.close());
  const shell: Shell = testShell({ environment: { ...process.env, FETTLE_PLANT_URL: fresh.url } });
  onTestFinished(() => shell.close());
  const reading = await read(fresh);
  const kinds: Record<string, string> = {};
  for (const [name, parameters] of Object.entries(CALLS)) {
    const contract = CONTRACTS.find((candidate) => candidate.name === name);
    const outcome = await shell.call<unknown, unknown>(contract as never, LOCAL, parameters(reading));
    kinds[name] = 'message' in outcome ? outcome.message : outcome.kind;
  }
  expect(kinds).toEqual(Object.fromEntries(NAMES.map((name) => [name, 'result'])));
});

test('the script that shows how a shell behaves has a clause for each behaviour of its contract', async () => {
  const text = await readFile(shellBehaviour.file, 'utf8');
  const clauses = [...text.matchAll(/^ {4}'([a-z-]+)' \{/gm)].map((match) => match[1] ?? '');
  const refused = clauses.filter(
    (Behaviour) => !shellBehaviour.parameters.safeParse({ Behaviour, Value: null }).success,
  );
  expect(refused).toEqual([]);
  expect(clauses.toSorted()).toEqual([...BEHAVIOURS].toSorted());
});

test('each function of the plant module asks the plant for its own verb, with the fields that the plant takes', async () => {
  const folder = fileURLToPath(new URL('../../../activities/powershell/modules/plant', import.meta.url));
  const files = (await readdir(folder)).filter((file) => file.includes('-Fettle') && !file.startsWith('Connect-'));
  const asked = await Promise.all(
    files.map(async (file) => ({
      function: file.replace('.ps1', ''),
      asks: sorted(await askedOfPlant(join(folder, file))),
    })),
  );
  const wanted = Object.entries(REQUESTS).map(([verb, schema]) => ({
    function: verb,
    asks: [{ verb, fields: schema instanceof z.ZodObject ? Object.keys(schema.shape).toSorted() : [] }],
  }));
  const byName = (a: { function: string }, b: { function: string }): number => (a.function < b.function ? -1 : 1);
  expect(asked.toSorted(byName)).toEqual(wanted.toSorted(byName));
});
