import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VirtualMachine } from '../../../model/inventory.ts';
import { datastoreLockId } from '../../../model/locks.ts';
import type { RunResult } from '../../../model/run.ts';
import { doTo } from '../../faults/deeds.ts';
import { windowInput } from './input.ts';
import { effectsOf, namesOf } from './journal.ts';
import { openRunStage, type RunStage } from './lab-stage.ts';

let stage: RunStage;

beforeAll(async () => {
  stage = await openRunStage();
});
afterAll(() => stage.close());

function machineOf(host: string): VirtualMachine {
  const found = stage.lab.organisation.inventory.hosts.find(({ name }) => name === host)?.virtualization;
  if (found === undefined || found === 'physical') throw new Error(`${host} is no virtual machine`);
  return found;
}

describe('snapshots of a patch window', () => {
  test('that are not kept are gone when it closes, each removed under the lock of its datastore', async () => {
    const hosts = [stage.take(), stage.take(), stage.take()];
    const run = await stage.start(windowInput(hosts, { snapshot: { take: 'when-possible', keep: '0s' } }));
    const { ledger, handover } = await run.result();
    expect(ledger.succeeded).toBe(3);
    expect(handover).toEqual([]);
    for (const host of hosts) {
      expect(namesOf(effectsOf(stage.plant, host)).slice(-2)).toEqual(['snapshot-removed', 'maintenance-off']);
      const { endpoint, datastore } = machineOf(host);
      const hold = stage.lab.client.workflow.getHandle(datastoreLockId(endpoint, datastore));
      expect((await hold.describe()).status.name).toBe('COMPLETED');
    }
  });

  test('stay on record when the run is reset after their turn has ended: nothing is done again', async () => {
    const host = stage.take();
    const run = await stage.start(windowInput([host]));
    const { handover } = await run.result();
    const before = effectsOf(stage.plant, host);
    const { client } = stage.lab;
    await doTo(client, run.handle.workflowId, 'reset');
    const again = (await client.workflow.getHandle(run.handle.workflowId).result()) as RunResult;
    expect(again).toMatchObject({ ledger: { succeeded: 1 }, handover });
    expect(handover).toEqual([expect.objectContaining({ kind: 'snapshot-alive', target: host })]);
    expect(effectsOf(stage.plant, host)).toEqual(before);
  });

  test('that have served their time are removed by the next one, which takes none and has nothing to install', async () => {
    const host = stage.take();
    const first = await stage.start(windowInput([host], { snapshot: { take: 'when-possible', keep: '1s' } }));
    const { handover } = await first.result();
    expect(handover).toEqual([expect.objectContaining({ kind: 'snapshot-alive', target: host })]);
    const before = effectsOf(stage.plant, host).length;

    const second = await stage.start(windowInput([host], { snapshot: { take: 'never' } }));
    expect(await second.result()).toMatchObject({ ledger: { succeeded: 1 }, handover: [] });
    expect(namesOf(effectsOf(stage.plant, host).slice(before))).toEqual([
      'maintenance-on',
      'snapshot-removed',
      'maintenance-off',
    ]);
  });
});
