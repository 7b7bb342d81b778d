import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallOutcome, Shell } from '../../../activities/powershell/shell.ts';
import {
  generateInventory,
  type PlantServer,
  SHELL_MISBEHAVIOURS,
  type ShellMisbehaviour,
  startPlant,
} from '../../../lab/plant/index.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';
import { LOCAL, testShell } from '../../powershell/shells.ts';

const inventory = generateInventory(24, 7);
const HOST = 'app01.corp.example';
const SERVICE = 'W3SVC';

let plant: PlantServer;
let shell: Shell;

beforeAll(async () => {
  plant = await startPlant({ inventory, seed: 7, scale: 10_000 });
  shell = testShell({ environment: { ...process.env, FETTLE_PLANT_URL: plant.url } });
});
beforeEach(() => {
  plant.plant.clearFaults();
  plant.plant.change(HOST, { services: { [SERVICE]: 'Stopped' } });
});
afterAll(async () => {
  await shell.close();
  await plant.close();
});

function order(behaviour: ShellMisbehaviour): void {
  plant.plant.order({ host: HOST, fault: 'shell', behaviour, times: 1 });
}

function startService(limitMs = 20_000): Promise<CallOutcome<unknown>> {
  return shell.call(SCRIPTS.startHostService, LOCAL, { HostName: HOST, Name: SERVICE }, { limitMs });
}

/** Whether the service runs: what the call was to bring about. */
function done(): boolean {
  return !plant.plant.host(HOST).servicesDown.includes(SERVICE);
}

interface Expected {
  kind: CallOutcome<unknown>['kind'];
  done: boolean;
  limitMs?: number;
}

const EXPECTED: Record<Exclude<ShellMisbehaviour, 'old-version'>, Expected> = {
  hang: { kind: 'timeout', done: false, limitMs: 400 },
  freeze: { kind: 'timeout', done: false, limitMs: 400 },
  'die-before': { kind: 'shell-failed', done: false },
  exit: { kind: 'shell-failed', done: false },
  'die-during': { kind: 'shell-failed', done: true },
  'die-after': { kind: 'shell-failed', done: true },
  'hang-after': { kind: 'timeout', done: true, limitMs: 1_500 },
  garbage: { kind: 'result', done: true },
  ansi: { kind: 'result', done: true },
  'fake-markers': { kind: 'result', done: true },
  echo: { kind: 'result', done: true },
  'slow-drip': { kind: 'result', done: true },
  'memory-growth': { kind: 'result', done: true },
  'broken-answer': { kind: 'shell-failed', done: true },
  'huge-answer': { kind: 'contract-violation', done: true },
};

describe('a shell that is ordered to misbehave', () => {
  test.each(SHELL_MISBEHAVIOURS.filter((behaviour) => behaviour !== 'old-version'))('%s', async (behaviour) => {
    const expected = EXPECTED[behaviour];
    // Started before, so that the order strikes no call but the one below.
    await shell.version();
    order(behaviour);
    const outcome = await startService(expected.limitMs);
    expect({ kind: outcome.kind, done: done() }).toEqual({ kind: expected.kind, done: expected.done });
    const next = await startService();
    expect(next).toMatchObject({ kind: 'result', result: { state: 'Running' } });
    expect(plant.plant.faults()).toEqual([]);
  });

  test('leaves in the sideOutput what it wrote beside its answer', async () => {
    await shell.version();
    const answered = await startService();
    expect(answered.sideOutput.stray).toEqual([]);
    order('fake-markers');
    expect((await startService()).sideOutput.stray.join('\n')).toMatch(/@fettle/);
  });

  test('spares a script that the order does not name', async () => {
    plant.plant.order({ host: HOST, fault: 'shell', behaviour: 'die-before', script: 'Get-HostRole', times: 1 });
    expect((await startService()).kind).toBe('result');
    expect((await shell.call(SCRIPTS.getHostRole, LOCAL, { HostName: HOST })).kind).toBe('shell-failed');
  });
});

test('a shell that is ordered to be old is refused when it starts, and the next one is taken', async () => {
  plant.plant.order({ host: '*', fault: 'shell', behaviour: 'old-version', times: 1 });
  const young = testShell({ environment: { ...process.env, FETTLE_PLANT_URL: plant.url } });
  await expect(young.version()).rejects.toThrow(/PowerShell 7\.4\.6-simulated; install 7\.5 or later/);
  expect(await young.version()).toMatch(/-simulated$/);
  await young.close();
});
