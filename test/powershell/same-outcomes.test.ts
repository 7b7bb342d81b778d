import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallOptions, CallOutcome, Shell } from '../../activities/powershell/shell.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import {
  generateInventory,
  startPlant,
  type FaultOrder,
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
type Call = [ScriptContract<unknown, unknown>, (reading: Reading) => Record<string, unknown>, fails: PlantVerb];

const { getHostState, newVmSnapshot, startUpdateInstall } = SCRIPTS;
const onHost = { HostName };
const onTask = { HostName, TaskName };
const onMonitoring = { EndpointName: monitoring, Objects };
const onMachine = { EndpointName: hypervisor, VmId };
const until = hoursFromNow(1);
const since = hoursFromNow(-1);

/** Good parameters of each, in an order in which each finds what it works on; and a function whose failure is its own. */
const CALLS: Call[] = [
  [getHostState, () => onHost, 'Get-FettleService'],
  [SCRIPTS.getHostRole, () => onHost, 'Get-FettleClusterState'],
  [SCRIPTS.getUpdateState, () => onHost, 'Get-FettleOfferedUpdate'],
  [SCRIPTS.testHostProbe, () => ({ HostName, Probes: machine?.probes ?? [] }), 'Test-FettleProbe'],
  [SCRIPTS.getEventExcerpt, () => ({ HostName, Since: since, Maximum: 20 }), 'Get-FettleEventExcerpt'],
  [SCRIPTS.getMaintenanceMode, () => onMonitoring, 'Get-FettleMaintenance'],
  [SCRIPTS.startMaintenanceMode, () => ({ ...onMonitoring, Until: until, Comment, Key }), 'Start-FettleMaintenance'],
  [SCRIPTS.stopMaintenanceMode, () => ({ ...onMonitoring, Comment, Key }), 'Stop-FettleMaintenance'],
  [newVmSnapshot, () => ({ ...onMachine, Name: TaskName, Comment, Key }), 'New-FettleSnapshot'],
  [SCRIPTS.getVmSnapshot, () => ({ ...onMachine, Datastore }), 'Get-FettleSnapshot'],
  [SCRIPTS.removeVmSnapshot, () => ({ ...onMachine, Name: TaskName, Key }), 'Remove-FettleSnapshot'],
  [SCRIPTS.startHostService, () => ({ HostName, Name: 'W3SVC' }), 'Start-FettleService'],
  // Before one is started: a running task is not removed.
  [SCRIPTS.removeUpdateTask, () => onTask, 'Remove-FettleUpdateTask'],
  [startUpdateInstall, ({ Updates }) => ({ ...onTask, Key, Updates, TimeLimitMinutes: 60 }), 'Start-FettleUpdateTask'],
  [SCRIPTS.getUpdateProgress, () => ({ HostName, TaskName: 'fettle-none' }), 'Get-FettleUpdateProgress'],
  [SCRIPTS.getUpdateResult, ({ Updates }) => ({ HostName, Since: since, Updates }), 'Get-FettleUpdateHistory'],
  [
    SCRIPTS.restartPatchHost,
    ({ bootTime }) => ({ HostName, Key, BootTimeBefore: bootTime, Reason: Comment }),
    'Restart-FettleHost',
  ],
];

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

/** The call on each side, and what both have told: at times of their own, and the real one with the line of the script. */
async function outcomeOf([contract, parameters]: Call, options: CallOptions = {}, faults: FaultOrder[] = []) {
  const told = await Promise.all(
    sides.map(async ({ shell, plant, reading }) => {
      plant.plant.order(...faults);
      const outcome = await shell.call(contract, LOCAL, parameters(reading), options);
      plant.plant.clearFaults();
      return comparable(outcome);
    }),
  );
  for (const other of told.slice(1)) expect(other).toEqual(told[0]);
  return told[0];
}

function comparable(given: CallOutcome<unknown>): unknown {
  const { said: _said, ...outcome } = given;
  const told: unknown = JSON.parse(
    JSON.stringify(outcome)
      .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)"/g, '"a time"')
      .replace(/, line \d+\)"/, ')"'),
  );
  return outcome.kind === 'failed' ? { ...(told as object), keys: [outcome.keys[0], outcome.keys[2]] } : told;
}

/** Until the updates of the task are all there. */
async function installed({ plant, reading }: Side): Promise<void> {
  const all = reading.Updates.length;
  await plant.plant.until(
    (entries) => entries.filter(({ effect }) => effect === 'update-installed').length === all,
    20_000,
  );
}

test('every contract of the runbooks is called here', () => {
  expect(CALLS.map(([{ name }]) => name).toSorted()).toEqual(
    Object.values(SCRIPTS)
      .map(({ name }) => name)
      .toSorted(),
  );
});

describe('a host', () => {
  const named = (contract: ScriptContract<unknown, unknown>): Call =>
    CALLS.find(([one]) => one === contract) ?? (CALLS[0] as Call);
  const readState = named(getHostState);

  test('that does not answer was not reached', async () => {
    expect(await outcomeOf(readState, {}, [{ host: HostName, fault: 'off-network' }])).toMatchObject({
      kind: 'refused',
      type: 'HostUnreachable',
    });
  });

  test('that falls silent between two functions of a script was not reached either', async () => {
    const order: FaultOrder = { host: HostName, fault: 'off-network', after: 'Get-FettleBootTime' };
    expect(await outcomeOf(readState, {}, [order])).toMatchObject({ kind: 'refused', type: 'HostUnreachable' });
  });

  test('that the plant does not know was not reached', async () => {
    const unknown: Call = [getHostState, () => ({ HostName: 'nohost.corp.example' }), readState[2]];
    expect(await outcomeOf(unknown)).toMatchObject({ kind: 'refused', type: 'HostUnreachable' });
  });

  test('that hangs uses up the time of the call', async () => {
    expect(
      (await outcomeOf(readState, { limitMs: 2_000 }, [{ host: HostName, fault: 'hang', step: '*' }])) as object,
    ).toMatchObject({ kind: 'timed-out' });
  });
});

test('an account of an endpoint without its password is not tried', async () => {
  const [contract, parameters, step] = CALLS.find(([one]) => one === newVmSnapshot) as Call;
  const wrong: Call = [contract, (reading) => ({ ...parameters(reading), EndpointUser: 'svc-snapshots' }), step];
  const message = 'The account svc-snapshots comes without its password. (0x80070057, OperationStopped)';
  expect(await outcomeOf(wrong)).toMatchObject({ kind: 'failed', message });
});

test('an answer that goes away with its host is lost', async () => {
  const [contract, parameters] = CALLS.find(([one]) => one === newVmSnapshot) as Call;
  const told = await Promise.all(
    sides.map(async ({ shell, plant, reading }) => {
      plant.plant.order({ host: hypervisor, fault: 'slow', factor: 1_000 });
      const idle = plant.plant.pendingTimers;
      const asked = { ...parameters(reading), Name: 'fettle-lost' };
      const call = shell.call(contract, LOCAL, asked);
      await expect.poll(() => plant.plant.pendingTimers, { timeout: 10_000 }).toBeGreaterThan(idle);
      plant.plant.order({ host: hypervisor, fault: 'off-network' });
      const outcome = await call;
      plant.plant.clearFaults();
      return comparable(outcome);
    }),
  );
  expect(told.map((one) => (one as { kind: string }).kind)).toEqual(sides.map(() => 'lost'));
  expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
});

describe.each(CALLS.map((call) => ({ name: call[0].name, call })))('$name', ({ call }) => {
  const [contract, parameters, step] = call;
  const host = String(Object.values(parameters({ bootTime: '', Updates: [] }))[0]);

  test('fails with the code, the id and the words of the function that failed', async () => {
    const fail = { host, fault: 'fail', step, message: 'It failed as ordered.' } as const;
    const known = { ...fail, hresult: '0x80240009', id: 'FettleTest' };
    expect(await outcomeOf(call, {}, [{ ...known, times: 1 }])).toMatchObject({
      kind: 'failed',
      message: `${fail.message} (0x80240009, OperationStopped)`,
      keys: ['0x80240009', 'FettleTest'],
    });
  });

  test('is refused with parameters that its contract lacks', async () => {
    const [, , verb] = call;
    const wrong: Call = [contract, (reading) => ({ ...parameters(reading), Colour: 'red' }), verb];
    expect(await outcomeOf(wrong)).toMatchObject({ kind: 'refused', type: 'ContractViolation' });
  });

  // Last: what it leaves behind is for the next one.
  test('gives the same good result', async () => {
    expect(await outcomeOf(call)).toMatchObject({ kind: 'result' });
    if (contract === startUpdateInstall) await Promise.all(sides.map(installed));
  });
});
