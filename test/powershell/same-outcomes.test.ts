import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallOptions, CallOutcome, Shell } from '../../activities/powershell/shell.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import {
  generateInventory,
  startPlant,
  type FaultOrder,
  type Plant,
  type PlantServer,
  type PlantVerb,
} from '../../lab/plant/index.ts';
import type { ScriptContract } from '../../model/contract.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { LOCAL, noRealShell, testShell } from './shells.ts';

/** Every script and function of the runbooks, good and failing: what stands in for PowerShell tells the same outcomes as PowerShell does. */

const inventory = generateInventory(24, 7);
const HostName = 'app01.corp.example';
const machine = inventory.hosts.find(({ name }) => name === HostName);
const { endpoint: monitoring, objects: Objects } = machine?.monitoring ?? { endpoint: '', objects: [] };
const virtual = inventory.hosts.map(({ virtualization }) => virtualization).find((kind) => kind !== 'physical');
const { endpoint: hypervisor, vmId: VmId, datastore: Datastore } = virtual ?? { endpoint: '', vmId: '', datastore: '' };
const Comment = 'CHG0042';
const Key = 'run/app01/1/step/1';
const TaskName = 'fettle-1';
const hoursFromNow = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

/** What the plant says beforehand, and calls build on. */
interface Reading {
  bootTime: string;
  Updates: { id: string; revision: number }[];
}
type Name = keyof typeof SCRIPTS;
type Call = [parameters: (reading: Reading) => Record<string, unknown>, fails: PlantVerb];

const onHost = { HostName };
const onTask = { HostName, TaskName };
const onMonitoring = { EndpointName: monitoring, Objects };
const onMachine = { EndpointName: hypervisor, VmId };
const Until = hoursFromNow(1);
const Since = hoursFromNow(-1);

/** Good parameters of each, in an order in which each finds what it works on; and a function whose failure is its own. */
const CALLS: Record<Name, Call> = {
  getHostState: [() => onHost, 'Get-FettleService'],
  getHostRole: [() => onHost, 'Get-FettleClusterState'],
  getUpdateState: [() => onHost, 'Get-FettleOfferedUpdate'],
  testHostProbe: [() => ({ HostName, Probes: machine?.probes ?? [] }), 'Test-FettleProbe'],
  getEventExcerpt: [() => ({ HostName, Since, Maximum: 20 }), 'Get-FettleEventExcerpt'],
  getMaintenanceMode: [() => onMonitoring, 'Get-FettleMaintenance'],
  startMaintenanceMode: [() => ({ ...onMonitoring, Until, Comment, Key }), 'Start-FettleMaintenance'],
  stopMaintenanceMode: [() => ({ ...onMonitoring, Comment, Key }), 'Stop-FettleMaintenance'],
  newVmSnapshot: [() => ({ ...onMachine, Name: TaskName, Comment, Key }), 'New-FettleSnapshot'],
  getVmSnapshot: [() => ({ ...onMachine, Datastore }), 'Get-FettleSnapshot'],
  removeVmSnapshot: [() => ({ ...onMachine, Name: TaskName, Key }), 'Remove-FettleSnapshot'],
  startHostService: [() => ({ HostName, Name: 'W3SVC' }), 'Start-FettleService'],
  // Before one is started: a running task is not removed.
  removeUpdateTask: [() => onTask, 'Remove-FettleUpdateTask'],
  startUpdateInstall: [({ Updates }) => ({ ...onTask, Key, Updates, TimeLimitMinutes: 60 }), 'Start-FettleUpdateTask'],
  getUpdateProgress: [() => ({ HostName, TaskName: 'fettle-none' }), 'Get-FettleUpdateProgress'],
  getUpdateResult: [({ Updates }) => ({ HostName, Since, Updates }), 'Get-FettleUpdateHistory'],
  restartPatchHost: [
    ({ bootTime }) => ({ HostName, Key, BootTimeBefore: bootTime, Reason: Comment }),
    'Restart-FettleHost',
  ],
};

/** A shell with a plant of its own; both plants are of one seed. */
interface Side {
  shell: Shell;
  plant: PlantServer;
  reading: Reading;
}
let sides: Side[];

beforeAll(async () => {
  const open = async (openShell: (plantUrl: string) => Shell): Promise<Side> => {
    // Slow enough that a call can be met in its middle.
    const plant = await startPlant({ inventory, seed: 7, scale: 1_000 });
    const shell = openShell(plant.url);
    const { bootTime } = await plant.plant.call(HostName, 'Get-FettleBootTime', {});
    const { updates } = await plant.plant.call(HostName, 'Get-FettleOfferedUpdate', {});
    return { shell, plant, reading: { bootTime, Updates: updates.map(({ id, revision }) => ({ id, revision })) } };
  };
  sides = [await open((plantUrl) => PLANT_SHELL.simulated({ plantUrl, environment: {} }))];
  if (noRealShell === null)
    sides.push(await open((url) => testShell({ environment: { ...process.env, FETTLE_PLANT_URL: url } })));
});
afterAll(async () => {
  await Promise.all(sides.map(({ shell }) => shell.close()));
  await Promise.all(sides.map(({ plant }) => plant.close()));
});

interface Circumstances {
  faults?: FaultOrder[];
  /** Parameters over the good ones. */
  given?: Record<string, unknown>;
  options?: CallOptions;
  /** Done to the plant while the call runs. */
  meanwhile?: (plant: Plant) => Promise<void>;
}

/** The call on each side, and what both have told: at times of their own, and the real one with the line of the script. */
async function outcomeOf(name: Name, circumstances: Circumstances = {}): Promise<unknown> {
  const { faults = [], given, options, meanwhile } = circumstances;
  const contract: ScriptContract<unknown, unknown> = SCRIPTS[name];
  const [parameters] = CALLS[name];
  const told = await Promise.all(
    sides.map(async ({ shell, plant: { plant }, reading }) => {
      plant.order(...faults);
      const call = shell.call(contract, LOCAL, { ...parameters(reading), ...given }, options);
      await meanwhile?.(plant);
      const outcome = await call;
      plant.clearFaults();
      return comparable(outcome);
    }),
  );
  for (const other of told.slice(1)) expect(other).toEqual(told[0]);
  return told[0];
}

function comparable({ said: _said, ...outcome }: CallOutcome<unknown>): unknown {
  const told: unknown = JSON.parse(
    JSON.stringify(outcome)
      .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)"/g, '"a time"')
      .replace(/, line \d+\)"/, ')"'),
  );
  return outcome.kind === 'failed' ? { ...(told as object), keys: [outcome.keys[0], outcome.keys[2]] } : told;
}

const offNetwork = { host: HostName, fault: 'off-network' } as const;

test.each<[string, Circumstances]>([
  ['does not answer', { faults: [offNetwork] }],
  ['falls silent between two functions of a script', { faults: [{ ...offNetwork, after: 'Get-FettleBootTime' }] }],
  ['the plant does not know', { given: { HostName: 'nohost.corp.example' } }],
])('a host that %s was not reached', async (_, circumstances) => {
  const outcome = await outcomeOf('getHostState', circumstances);
  expect(outcome).toMatchObject({ kind: 'refused', type: 'HostUnreachable' });
});

test('a host that hangs uses up the time of the call', async () => {
  const faults: FaultOrder[] = [{ host: HostName, fault: 'hang', step: '*' }];
  const outcome = await outcomeOf('getHostState', { faults, options: { limitMs: 2_000 } });
  expect(outcome).toMatchObject({ kind: 'timed-out' });
});

test('an answer that goes away with its host is lost', async () => {
  const outcome = await outcomeOf('newVmSnapshot', {
    given: { Name: 'fettle-lost' },
    faults: [{ host: hypervisor, fault: 'slow', factor: 1_000 }],
    meanwhile: async (plant) => {
      await expect.poll(() => plant.pendingTimers, { timeout: 10_000 }).toBeGreaterThan(0);
      plant.order({ host: hypervisor, fault: 'off-network' });
    },
  });
  expect(outcome).toMatchObject({ kind: 'lost' });
});

test('an account of an endpoint without its password is not tried', async () => {
  const outcome = await outcomeOf('newVmSnapshot', { given: { EndpointUser: 'svc-snapshots' } });
  const message = expect.stringContaining('an account of the endpoint comes with its password') as unknown;
  expect(outcome).toMatchObject({ kind: 'refused', type: 'ContractViolation', message });
});

test('what stands in for PowerShell ends its calls when it is closed, and takes no more', async () => {
  const shell = PLANT_SHELL.simulated({ plantUrl: sides[0]?.plant.url ?? '', environment: {} });
  const call = shell.call(SCRIPTS.getHostState, LOCAL, onHost);
  await shell.close();
  expect(await call).toMatchObject({ kind: 'caller-failed' });
  expect(await shell.call(SCRIPTS.getHostState, LOCAL, onHost)).toMatchObject({
    kind: 'refused',
    type: 'ShellFailure',
  });
});

describe.each(Object.keys(CALLS) as Name[])('%s', (name) => {
  const [parameters, step] = CALLS[name];
  const host = String(Object.values(parameters({ bootTime: '', Updates: [] }))[0]);

  test('fails with the code, the id and the words of the function that failed', async () => {
    const known = { message: 'It failed as ordered.', hresult: '0x80240009', id: 'FettleTest' };
    expect(await outcomeOf(name, { faults: [{ host, fault: 'fail', step, ...known, times: 1 }] })).toMatchObject({
      kind: 'failed',
      message: 'It failed as ordered. (0x80240009, OperationStopped)',
      keys: ['0x80240009', 'FettleTest'],
    });
  });

  test('is refused with parameters that its contract lacks', async () => {
    const outcome = await outcomeOf(name, { given: { Colour: 'red' } });
    expect(outcome).toMatchObject({ kind: 'refused', type: 'ContractViolation' });
  });

  // Last: what it leaves behind is for the next one.
  test('gives the same good result', async () => {
    expect(await outcomeOf(name)).toMatchObject({ kind: 'result' });
    if (name !== 'startUpdateInstall') return;
    for (const { plant, reading } of sides) {
      const all = reading.Updates.length;
      await plant.plant.until(
        (log) => log.filter(({ effect }) => effect === 'update-installed').length === all,
        20_000,
      );
    }
  });
});
