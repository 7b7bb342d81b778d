import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerTotal } from '../../model/ledger.ts';
import type { RunResult } from '../../model/run.ts';
import { healthy, idle } from './stage/activities.ts';
import { MINUTE, patchPlan, plannedTarget, quickLimits, quickPatchLimits, waveOf } from './stage/plan.ts';
import { openStage, type Run, type Stage } from './stage/stage.ts';
import { freshHost, pausedAfterTurn } from './stage/turn.ts';
import { until } from './stage/until.ts';

let stage: Stage;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

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
const STEPS = Object.keys(AFTER);
/** The first of them is held until the last one is reached. */
const PATIENT_MS = 50_000;

/** A run whose targets are each held at another step; two more, with nothing left to install, wait for a place. */
async function heldAtEachStep() {
  const held = STEPS.map(() => freshHost());
  const waiting = [freshHost(), freshHost()] as const;
  for (const name of waiting) stage.directed.order(name, 'preflight', idle);
  const targets = [...held, ...waiting].map((name) => plannedTarget(name));
  const plan = patchPlan({
    targets,
    waves: [waveOf(targets, { concurrency: held.length })],
    material: { limits: { ...quickLimits, callMs: PATIENT_MS } },
    own: { limits: { ...quickPatchLimits, installMs: PATIENT_MS, rebootMs: PATIENT_MS } },
  });
  const gates = STEPS.map((step, i) => stage.directed.gates.close(`${held[i]}/${step}`));
  const run = await stage.start(plan);
  await Promise.all(gates.map(({ reached }) => reached));
  const open = (): void => gates.forEach((gate) => gate.open());
  /** Waits until each of them knows that it has to stop, lets them go on and waits for the end. */
  const stopped = async (): Promise<RunResult> => {
    await Promise.all(held.map((name) => run.toldToStop(`${name}.corp.example`)));
    open();
    return await run.result();
  };
  /** How each of them ended, by the step at which it was held. */
  const ends = async (): Promise<Record<string, string>> => {
    const states = new Map((await run.ledger()).map(({ id, state }) => [id, state]));
    return Object.fromEntries(STEPS.map((step, i) => [step, states.get(`${held[i]}.corp.example`) ?? '']));
  };
  return { held, waiting, run, open, stopped, ends };
}

/** A run over these hosts that waits for its window. */
async function waitingForOpening(names: string[], opensAt: string): Promise<Run> {
  const closesAt = new Date(Date.parse(opensAt) + 240 * MINUTE).toISOString();
  const window = { opensAt, closesAt, timeZone: 'UTC', notes: [] };
  const run = await stage.start(patchPlan({ targets: names.map((name) => plannedTarget(name)), material: { window } }));
  await until('the run waits', async () => (await run.status()).waiting?.startsWith('The window opens') === true);
  return run;
}

function inAnHour(): string {
  return new Date(Date.now() + 60 * MINUTE).toISOString();
}

describe.concurrent('an operator', () => {
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

  test('aborts: a target in any step gets to its safe point, the rest is not-started, the ledger sums', async () => {
    const { held, waiting, run, stopped, ends } = await heldAtEachStep();
    await run.update('abort', fields);
    const result = await stopped();
    expect(result.outcome).toBe('aborted');
    expect(await ends()).toEqual(AFTER);
    expect(result.ledger['not-started']).toBe(waiting.length);
    expect(ledgerTotal(result.ledger)).toBe(held.length + waiting.length);
    for (const name of waiting) expect(stage.directed.callsOf(name)).toEqual([]);
    for (const name of held) {
      const calls = stage.directed.callsOf(name);
      if (calls.includes('startInstall')) expect(calls).toContain('followInstall');
      if (calls.includes('restartHost')) expect(calls).toContain('awaitRestart');
    }
  });

  test('skips targets: one in any step gets to its safe point, one that waits is never begun, and the run goes on with the next', async () => {
    const { held, waiting, run, stopped, ends } = await heldAtEachStep();
    const [skipped, next] = waiting;
    for (const target of [...held, skipped])
      expect((await run.update('skipTarget', { ...fields, target })).accepted).toBe(true);
    expect((await run.update('skipTarget', { ...fields, target: skipped })).accepted).toBe(false);
    const result = await stopped();
    expect(await ends()).toEqual(AFTER);
    expect((await run.entry(skipped)).state).toBe('skipped');
    expect(stage.directed.callsOf(skipped)).toEqual([]);
    expect((await run.entry(next)).state).toBe('succeeded');
    expect(ledgerTotal(result.ledger)).toBe(held.length + waiting.length);
  });

  test('pauses: a target in any step finishes, nothing new starts until the resume', async () => {
    const { held, waiting, run, open, ends } = await heldAtEachStep();
    expect((await run.update('pause', fields)).accepted).toBe(true);
    open();
    await run.turnsEnded(...held);
    const ledger = { succeeded: held.length, 'not-started': waiting.length };
    expect(await run.status()).toMatchObject({ phase: 'paused', ledger });
    expect(new Set(Object.values(await ends()))).toEqual(new Set(['succeeded']));
    for (const name of waiting) expect(stage.directed.callsOf(name)).toEqual([]);
    await run.update('resume', fields);
    expect((await run.result()).ledger.succeeded).toBe(held.length + waiting.length);
  });

  test('sees a run wait for the opening of its window by one timer, and no turn begin before', async () => {
    const name = freshHost();
    const opensAt = new Date(Date.now() + 4_000).toISOString();
    const run = await waitingForOpening([name], opensAt);
    expect(await run.status()).toMatchObject({
      phase: 'running',
      opensAt,
      waiting: `The window opens at ${opensAt}; nothing starts before.`,
    });
    expect((await run.result()).outcome).toBe('succeeded');
    const { outcome } = await run.entry(name);
    expect(Date.parse(outcome?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(opensAt));
    const { events } = await run.handle.fetchHistory();
    expect(events?.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes)).toHaveLength(1);
  });

  test('pauses, resumes, skips and aborts while a run waits for the opening: nothing was begun', async () => {
    const [skipped, other] = [freshHost(), freshHost()];
    const run = await waitingForOpening([skipped, other], inAnHour());
    expect((await run.update('pause', fields)).accepted).toBe(true);
    expect(await run.status()).toMatchObject({ phase: 'paused', waiting: expect.stringContaining('Paused') });
    expect((await run.update('resume', fields)).accepted).toBe(true);
    expect((await run.update('skipTarget', { ...fields, target: skipped })).accepted).toBe(true);
    expect(await run.status()).toMatchObject({
      phase: 'running',
      waiting: expect.stringContaining('The window opens'),
    });
    expect((await run.update('abort', fields)).accepted).toBe(true);
    expect(await run.result()).toMatchObject({ outcome: 'aborted', ledger: { skipped: 1, 'not-started': 1 } });
    for (const name of [skipped, other]) expect(stage.directed.callsOf(name)).toEqual([]);
  });

  test('cancels while a run waits for the opening: an abort', async () => {
    const name = freshHost();
    const run = await waitingForOpening([name], inAnHour());
    await run.handle.cancel();
    expect(await run.result()).toMatchObject({ outcome: 'aborted', ledger: { 'not-started': 1 } });
    expect(stage.directed.callsOf(name)).toEqual([]);
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
