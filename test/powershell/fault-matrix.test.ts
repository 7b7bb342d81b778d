import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemOutcome } from '../../activities/powershell/outcome.ts';
import type { RecycleReason } from '../../activities/powershell/shell-metrics.ts';
import type { CallOutcome, Shell } from '../../activities/powershell/shell.ts';
import { failureOf } from '../../activities/step/outcome.ts';
import { generateInventory, type PlantServer, type ShellMisbehaviour, startPlant } from '../../lab/plant/index.ts';
import { shellBehaviour } from '../../lab/shell/index.ts';
import type { FailureType } from '../../model/failures.ts';
import type { VirtualMachine } from '../../model/inventory.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { measured, type Measured } from './measured.ts';
import { livingGroups, processesOf, sessionLog } from './processes.ts';
import { LOCAL, testShell } from './shells.ts';

/** What one call sees when the shell misbehaves while it takes a snapshot. */
interface Row {
  fault: ShellMisbehaviour;
  kind: CallOutcome<unknown>['kind'];
  /** Whether the hypervisor took the snapshot although the call may have failed. */
  done: boolean;
  /** Why the session is replaced; null when it stays. */
  recycled: RecycleReason | null;
  /** What becomes of the step when its script is `idempotent`, and when it is `once`; null after a result. */
  failure: { idempotent: FailureType; once: FailureType } | null;
  limitMs?: number;
}

const timedOut = { idempotent: 'ShellTimeout', once: 'StateUnknown' } as const;
const failed = { idempotent: 'ShellFailure', once: 'StateUnknown' } as const;
const refused = { idempotent: 'ContractViolation', once: 'ContractViolation' } as const;

const ROWS: Row[] = [
  { fault: 'hang', kind: 'timeout', done: false, recycled: 'timeout', failure: timedOut, limitMs: 400 },
  { fault: 'freeze', kind: 'timeout', done: false, recycled: 'timeout', failure: timedOut, limitMs: 400 },
  { fault: 'hang-after', kind: 'timeout', done: true, recycled: 'timeout', failure: timedOut, limitMs: 2_000 },
  { fault: 'die-before', kind: 'shell-failed', done: false, recycled: 'died', failure: failed },
  { fault: 'die-during', kind: 'shell-failed', done: true, recycled: 'died', failure: failed },
  { fault: 'die-after', kind: 'shell-failed', done: true, recycled: 'died', failure: failed },
  { fault: 'exit', kind: 'shell-failed', done: false, recycled: 'died', failure: failed },
  { fault: 'broken-answer', kind: 'shell-failed', done: true, recycled: 'protocol', failure: failed },
  { fault: 'huge-answer', kind: 'contract-violation', done: true, recycled: 'flooded', failure: refused },
  { fault: 'garbage', kind: 'result', done: true, recycled: null, failure: null },
  { fault: 'ansi', kind: 'result', done: true, recycled: null, failure: null },
  { fault: 'fake-markers', kind: 'result', done: true, recycled: null, failure: null },
  { fault: 'echo', kind: 'result', done: true, recycled: null, failure: null },
  { fault: 'slow-drip', kind: 'result', done: true, recycled: null, failure: null },
];

const inventory = generateInventory(24, 7);
const machine = inventory.hosts.map(({ virtualization }) => virtualization).find((one) => one !== 'physical');
const { endpoint, vmId } = machine as VirtualMachine;
const contract = SCRIPTS.newVmSnapshot;

let plant: PlantServer;
let shell: Shell;
let metrics: Measured;
let pids: number[];

beforeAll(async () => {
  plant = await startPlant({ inventory, seed: 7, scale: 10_000 });
  metrics = measured();
  const sessions = sessionLog();
  pids = sessions.pids;
  const environment = { ...process.env, FETTLE_PLANT_URL: plant.url };
  shell = testShell({ sessions: 2, environment, metrics, log: sessions.log });
});
afterEach(() => {
  plant.plant.clearFaults();
});
afterAll(async () => {
  await shell.close({ graceMs: 0 });
  await plant.close();
});

function order(behaviour: ShellMisbehaviour): void {
  plant.plant.order({ host: endpoint, fault: 'shell', behaviour, times: 1 });
}

function snapshot(Name: string, limitMs = 20_000): Promise<CallOutcome<unknown>> {
  const parameters = { EndpointName: endpoint, VmId: vmId, Name, Comment: 'Fault matrix', Key: `run/${Name}` };
  return shell.call(contract, LOCAL, parameters, { limitMs });
}

function taken(name: string): number {
  return plant.plant.journal().filter(({ effect, key }) => effect === 'snapshot-taken' && key === `run/${name}`).length;
}

/** A call that runs in the other session meanwhile. */
function neighbour(): Promise<CallOutcome<unknown>> {
  return shell.call(shellBehaviour, LOCAL, { Behaviour: 'wait', Value: 300 });
}

/** Both sessions run and are free. */
async function warm(): Promise<void> {
  const outcomes = await Promise.all([neighbour(), neighbour()]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['result', 'result']);
}

describe('a shell that misbehaves while a script has its effect', () => {
  test.each(ROWS)('$fault ends as $kind', async ({ fault, kind, done, recycled, failure, limitMs }) => {
    const name = `fettle-${fault}`;
    await warm();
    const before = { recycles: metrics.recycles.length, pids: [...pids] };
    order(fault);
    const [outcome, other] = await Promise.all([snapshot(name, limitMs), neighbour()]);

    expect(outcome).toMatchObject({ kind });
    expect(other).toMatchObject({ kind: 'result', result: { value: 300 } });
    expect(taken(name)).toBe(done ? 1 : 0);
    expect(failuresOf(outcome)).toEqual(failure);
    expect(metrics.recycles.slice(before.recycles)).toEqual(recycled === null ? [] : [recycled]);

    expect(await snapshot(name)).toMatchObject({ kind: 'result', result: { name } });
    expect(taken(name)).toBe(1);
    expect(livingGroups(before.pids)).toBe(recycled === null ? 2 : 1);
  });

  test('a process that grows beyond 400 MB is replaced, and no call is lost', async () => {
    await warm();
    const grown = Array.from({ length: 8 }, (_, index) => `fettle-growth-${index}`);
    const before = metrics.recycles.length;
    for (const name of grown) {
      order('memory-growth');
      expect(await snapshot(name)).toMatchObject({ kind: 'result' });
    }
    expect(grown.map(taken)).toEqual(grown.map(() => 1));
    await expect.poll(() => metrics.recycles.slice(before)).toContain('memory');
    expect(metrics.recycles.slice(before).every((reason) => reason === 'memory')).toBe(true);
  });

  test('what it says beside its answer is kept apart from the answer', async () => {
    order('fake-markers');
    const outcome = await snapshot('fettle-noisy');
    expect(outcome).toMatchObject({ kind: 'result', result: { name: 'fettle-noisy' } });
    expect(outcome.sideOutput.stray.join('\n')).toContain('@fettle');
  });
});

test('closed, it leaves no process behind', async () => {
  await warm();
  await shell.close();
  expect(pids.length).toBeGreaterThanOrEqual(2);
  expect(processesOf(pids)).toEqual([]);
});

function failuresOf(outcome: CallOutcome<unknown>): { idempotent: string; once: string } | null {
  const ended = systemOutcome(outcome);
  if (ended.kind === 'result') return null;
  const type = (effect: 'idempotent' | 'once'): string =>
    String(failureOf({ ...contract, effect }, endpoint, ended).type);
  return { idempotent: type('idempotent'), once: type('once') };
}
