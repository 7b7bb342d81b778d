import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerTotal } from '../../model/ledger.ts';
import { healthy, idle } from './stage/activities.ts';
import { patchPlan, plannedTarget, waveOf } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { freshHost, pausedAfterTurn } from './stage/turn.ts';
import { until } from './stage/until.ts';

let stage: Stage;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A run over two targets, of which the second starts when the first has ended; the first is held at a step. */
async function heldAt(step: string) {
  const [first, second] = [freshHost(), freshHost()];
  const targets = [plannedTarget(first), plannedTarget(second)];
  const gate = stage.directed.gates.close(`${first}/${step}`);
  const run = await stage.start(patchPlan({ targets, waves: [waveOf(targets, { concurrency: 1 })] }));
  await gate.reached;
  return { first, second, run, open: gate.open };
}

describe.concurrent('an operator', () => {
  test('retries a failed target on a paused run, under a new turn', async () => {
    const name = freshHost();
    stage.directed.order(name, 'startInstall', 'UpdateLoop', 'good');
    const run = await pausedAfterTurn(stage, name);
    expect((await run.entry(name)).state).toBe('failed');
    expect((await run.update('retryTarget', { ...fields, target: name })).accepted).toBe(true);
    await run.update('resume', fields);
    expect((await run.result()).outcome).toBe('succeeded');
    expect((await run.entry(name)).turns).toBe(2);
  });

  test('retries a target whose first turn left maintenance mode on: the second turn ends it, and answers for both', async () => {
    const name = freshHost();
    const down = { ...healthy, servicesDown: [{ name: 'LanmanServer', state: 'Stopped', startType: 'Automatic' }] };
    stage.directed.order(name, 'verifyHost', down, down, 'good');
    const run = await pausedAfterTurn(stage, name);
    expect((await run.entry(name)).state).toBe('failed');
    expect((await run.entry(name)).outcome?.own.maintenance).not.toBeNull();

    const updates = [
      { id: '00000000-0000-4000-8000-000000000001', kb: 'KB5000001', outcome: 'already-installed', detail: '' },
    ];
    stage.directed.order(name, 'preflight', { ...idle, updates });
    await run.update('retryTarget', { ...fields, target: name });
    await run.update('resume', fields);
    const result = await run.result();
    expect(result.outcome).toBe('succeeded');
    expect(stage.directed.callsOf(name).at(-1)).toBe('endMaintenance');
    expect((await run.entry(name)).outcome).toMatchObject({
      turn: 2,
      own: { maintenance: null, installed: 1, rebooted: true },
    });
    expect(result.handover.map(({ kind }) => kind)).toEqual(['snapshot-alive']);
  });

  test('keeps what the first turn left on record when the retried target is skipped before its second turn', async () => {
    const name = freshHost();
    stage.directed.order(name, 'awaitRestart', 'RebootTimeout');
    const run = await pausedAfterTurn(stage, name);
    await run.update('retryTarget', { ...fields, target: name });
    expect((await run.entry(name)).state).toBe('unknown');
    await run.update('skipTarget', { ...fields, target: name });
    await run.update('resume', fields);
    const result = await run.result();
    expect(result.ledger.unknown).toBe(1);
    expect(result.handover.map(({ kind }) => kind)).toContain('maintenance-on');
  });

  test('skips a waiting target', async () => {
    const { second, run, open } = await heldAt('preflight');
    expect((await run.update('skipTarget', { ...fields, target: second })).accepted).toBe(true);
    expect((await run.update('skipTarget', { ...fields, target: second })).accepted).toBe(false);
    open();
    expect((await run.result()).ledger).toMatchObject({ succeeded: 1, skipped: 1 });
  });

  test('is refused with the reason for an unknown target, a retry of what has not ended, and a message without reason', async () => {
    const name = freshHost();
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    expect(await run.update('retryTarget', { ...fields, target: 'nowhere' })).toMatchObject({
      accepted: false,
      text: expect.stringContaining('nowhere'),
    });
    expect(await run.update('retryTarget', { ...fields, target: name })).toMatchObject({
      accepted: false,
      text: expect.stringContaining('is in work; it can be retried when'),
    });
    await expect(run.update('pause', { by: 'Kim' })).rejects.toThrow('Workflow Update failed');
    await run.handle.signal('pause', 'not an object');
    await run.handle.signal('somethingElse', { x: 1 });
    await run.handle.signal('pause');
    gate.open();
    await run.result();
    const { notes } = await run.status();
    expect(notes.filter(({ text }) => text.startsWith('refused: '))).toHaveLength(4);
    expect(notes.some(({ text }) => text.includes('somethingElse'))).toBe(true);
  });

  /** How the target ends that is stopped during a step. */
  const AFTER = {
    preflight: 'skipped',
    startMaintenance: 'skipped',
    takeSnapshot: 'skipped',
    startInstall: 'failed',
    followInstall: 'failed',
    restartHost: 'succeeded',
    awaitRestart: 'succeeded',
    rescan: 'succeeded',
    verifyHost: 'succeeded',
  };
  const STEPS = Object.keys(AFTER) as (keyof typeof AFTER)[];

  test.each(STEPS)(
    'aborts during %s: the target gets to its safe point, the rest is not-started, the ledger sums',
    async (step) => {
      const { first, run, open } = await heldAt(step);
      await run.update('abort', fields);
      await run.toldToStop(`${first}.corp.example`);
      open();
      const result = await run.result();
      expect(result.outcome).toBe('aborted');
      expect(await run.entry(first)).toMatchObject({ state: AFTER[step] });
      expect(result.ledger['not-started']).toBe(1);
      expect(ledgerTotal(result.ledger)).toBe(2);
      const calls = stage.directed.callsOf(first);
      if (calls.includes('startInstall')) expect(calls).toContain('followInstall');
      if (calls.includes('restartHost')) expect(calls).toContain('awaitRestart');
    },
  );

  test.each(STEPS)(
    'skips a target during %s: it gets to its safe point, and the run goes on with the next',
    async (step) => {
      const { first, second, run, open } = await heldAt(step);
      expect((await run.update('skipTarget', { ...fields, target: first })).accepted).toBe(true);
      await run.toldToStop(`${first}.corp.example`);
      open();
      const result = await run.result();
      expect((await run.entry(first)).state).toBe(AFTER[step]);
      expect((await run.entry(second)).state).toBe('succeeded');
      expect(ledgerTotal(result.ledger)).toBe(2);
    },
  );

  test.each(STEPS)('pauses during %s: the target finishes, nothing new starts until the resume', async (step) => {
    const { first, second, run, open } = await heldAt(step);
    expect((await run.update('pause', fields)).accepted).toBe(true);
    open();
    await until('nothing is in work', async () => (await run.status()).inWork.length === 0);
    expect(await run.status()).toMatchObject({ phase: 'paused', ledger: { succeeded: 1, 'not-started': 1 } });
    expect((await run.entry(first)).state).toBe('succeeded');
    expect(stage.directed.callsOf(second)).toEqual([]);
    await run.update('resume', fields);
    expect((await run.result()).ledger.succeeded).toBe(2);
  });

  test('cancels in the Web UI: an abort at the safe point, and the ledger is still returned', async () => {
    const name = freshHost();
    const gate = stage.directed.gates.close(`${name}/followInstall`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await run.handle.cancel();
    await run.toldToStop(`${name}.corp.example`);
    gate.open();
    expect(await run.result()).toMatchObject({ outcome: 'aborted', ledger: { failed: 1 } });
  });
});
