import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { failure } from '../../activities/step/failure.ts';
import { hostTurnId } from '../../model/ids.ts';
import { datastoreLockId } from '../../model/locks.ts';
import type { PatchMaterial } from '../../model/patch-window/plan.ts';
import type { StepRecord } from '../../model/turn.ts';
import { idle } from './stage/activities.ts';
import { patchPlan, plannedTarget, quickLimits, waveOf, type HostChange, type PlanChange } from './stage/plan.ts';
import { openStage, type Run, type Stage } from './stage/stage.ts';
import { freshHost } from './stage/turn.ts';

let stage: Stage;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };
const keepNone: Partial<PatchMaterial> = { snapshot: { take: 'when-possible', keepMs: 0 } };

/** Called when somebody waits for a lock, by its id. */
const awaited = new Map<string, () => void>();

beforeAll(async () => {
  stage = await openStage();
  const { awaitLock } = stage.directed.locks;
  stage.directed.locks.awaitLock = (request) => {
    awaited.get(request.lock)?.();
    return awaitLock(request);
  };
});
afterAll(() => stage.close());

function snapshot(name: string, datastore: string) {
  return { endpoint: 'vcenter01', vmId: 'vm-1', datastore, name, keepUntil: '2026-11-01T00:00:00.000Z' };
}

function start(name: string, target: HostChange = {}, more: Omit<PlanChange, 'targets'> = {}): Promise<Run> {
  return stage.start(patchPlan({ targets: [plannedTarget(name, target)], ...more }));
}

async function removals(run: Run, name: string): Promise<StepRecord[]> {
  const { outcome } = await run.entry(name);
  return outcome?.steps.filter(({ step }) => step === 'snapshot-removal') ?? [];
}

const wasHeld = (datastore: string): Promise<boolean> =>
  stage.temporal.client.workflow
    .getHandle(datastoreLockId('vcenter01', datastore))
    .describe()
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      },
    );

describe.concurrent('snapshots that have served their time', () => {
  test('are removed in maintenance mode, also where the host gets none this time', async () => {
    const name = freshHost();
    stage.directed.order(name, 'oldSnapshots', { expired: [snapshot('fettle-old', name)], overAge: [] });
    const run = await start(name, { snapshot: false, snapshotReason: 'the input takes no snapshots' });
    expect(await run.result()).toMatchObject({ ledger: { succeeded: 1 }, handover: [] });
    const calls = stage.directed.callsOf(name);
    expect(calls.indexOf('removeSnapshot')).toBeGreaterThan(calls.indexOf('startMaintenance'));
    expect(calls.indexOf('removeSnapshot')).toBeLessThan(calls.indexOf('startInstall'));
    expect(stage.directed.requestOf(name, 'removeSnapshot')).toMatchObject({ snapshot: { name: 'fettle-old' } });
    expect(await removals(run, name)).toMatchObject([{ result: 'done', text: 'fettle-old removed' }]);
    expect(await wasHeld(name)).toBe(true);
  });

  test('are removed from a host with nothing to install, and that is all that is done to it', async () => {
    const name = freshHost();
    stage.directed.order(name, 'oldSnapshots', { expired: [snapshot('fettle-old', name)], overAge: [] });
    stage.directed.order(name, 'preflight', idle);
    await (await start(name)).result();
    expect(stage.directed.callsOf(name)).toEqual([
      'preflight',
      'oldSnapshots',
      'startMaintenance',
      'removeSnapshot',
      'verifyHost',
      'endMaintenance',
    ]);
  });

  test('and cannot be removed are noted and handed over; the others go, and the host is patched', async () => {
    const name = freshHost();
    const expired = ['fettle-one', 'fettle-two'].map((one) => snapshot(one, name));
    stage.directed.order(name, 'oldSnapshots', { expired, overAge: [] });
    const failed = 'SnapshotRemovalFailed';
    stage.directed.order(name, 'removeSnapshot', failed, failed, failed, 'good');
    const run = await start(name, { snapshot: false });
    const { ledger, handover } = await run.result();
    expect(ledger.succeeded).toBe(1);
    expect(handover).toMatchObject([
      { kind: 'snapshot-alive', text: expect.stringMatching(/^fettle-one on .*: not removed, SnapshotRemovalFailed/) },
    ]);
    const [step] = await removals(run, name);
    expect(step?.text).toMatch(/fettle-one not removed: SnapshotRemovalFailed.*; fettle-two removed/);
  });

  test('that cannot be looked for leave the host to be patched, and the record says so', async () => {
    const name = freshHost();
    stage.directed.order(name, 'oldSnapshots', 'SnapshotRemovalFailed');
    const run = await start(name);
    expect((await run.result()).ledger.succeeded).toBe(1);
    expect((await removals(run, name))[0]?.text).toContain('could not look');
  });

  test('are looked for without the lock: a turn with none of them holds no datastore', async () => {
    const name = freshHost();
    stage.directed.order(name, 'takeSnapshot', snapshot('fettle-new', name));
    await (await start(name)).result();
    expect(await wasHeld(name)).toBe(false);
  });
});

describe.concurrent('a snapshot that may have been taken, although its step failed', () => {
  test('is handed over by its name', async () => {
    const name = freshHost();
    const unanswered = failure('SnapshotFailed', 'no answer', { perhaps: { name: 'fettle-maybe', datastore: name } });
    stage.directed.order(name, 'takeSnapshot', unanswered);
    const { handover } = await (await start(name)).result();
    expect(handover).toContainEqual(
      expect.objectContaining({ kind: 'snapshot-alive', text: expect.stringContaining('fettle-maybe') as unknown }),
    );
  });
});

describe.concurrent('maintenance mode that may be on, although its step failed', () => {
  test('is handed over with its end', async () => {
    const name = freshHost();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const perhaps = { endpoint: 'scom01', objects: [name], until };
    const unanswered = failure('MaintenanceFailed', 'no answer', { perhaps });
    stage.directed.order(name, 'startMaintenance', unanswered);
    const { handover } = await (await start(name)).result();
    expect(handover).toContainEqual(expect.objectContaining({ kind: 'maintenance-on', until }));
  });
});

describe.concurrent('a snapshot over age', () => {
  const createdAt = '2026-10-01T00:00:00.000Z';

  test('that its rule still keeps raises an alarm, and is not removed', async () => {
    const name = freshHost();
    const overAge = [{ name: 'fettle-kept', datastore: name, createdAt }];
    stage.directed.order(name, 'oldSnapshots', { expired: [], overAge });
    const run = await start(name, { snapshot: false });
    const { ledger, handover } = await run.result();
    expect(ledger.succeeded).toBe(1);
    expect(handover).toMatchObject([
      { kind: 'snapshot-alive', text: expect.stringContaining(`over age, taken ${createdAt}`) },
    ]);
    expect((await removals(run, name))[0]).toMatchObject({
      result: 'left-out',
      text: expect.stringContaining('ALARM: fettle-kept'),
    });
    expect(stage.directed.callsOf(name)).not.toContain('removeSnapshot');
  });

  test('that goes in this turn raises none', async () => {
    const name = freshHost();
    const old = snapshot('fettle-old', name);
    const overAge = [{ name: old.name, datastore: name, createdAt }];
    stage.directed.order(name, 'oldSnapshots', { expired: [old], overAge });
    const run = await start(name, { snapshot: false });
    expect((await run.result()).handover).toEqual([]);
  });
});

describe.concurrent('the removal of snapshots on one datastore', () => {
  /** Two runs, of which the first one removes its snapshot and is held there while the second one comes to its own removal. */
  async function twoRuns() {
    const [first, second] = [freshHost(), freshHost()];
    for (const name of [first, second]) stage.directed.order(name, 'takeSnapshot', snapshot(`fettle-${name}`, first));
    const gate = stage.directed.gates.close(`${first}/removeSnapshot`);
    const holding = await start(first, {}, { own: keepNone });
    await gate.reached;
    const waits = new Promise<void>((resolve) => awaited.set(datastoreLockId('vcenter01', first), resolve));
    const run = await start(second, {}, { own: keepNone });
    await waits;
    return { gate, holding, run, second };
  }

  test('is one at a time, over all runs: the second waits for the first', async () => {
    const { gate, holding, run, second } = await twoRuns();
    expect(stage.directed.callsOf(second)).not.toContain('removeSnapshot');
    gate.open();
    for (const one of [holding, run])
      expect(await one.result()).toMatchObject({ ledger: { succeeded: 1 }, handover: [] });
    expect(stage.directed.callsOf(second)).toContain('removeSnapshot');
  });

  test('is left to the next window when this one closes first, and the record says why', async () => {
    const [first, second] = [freshHost(), freshHost()];
    for (const name of [first, second]) stage.directed.order(name, 'takeSnapshot', snapshot(`fettle-${name}`, first));
    const gate = stage.directed.gates.close(`${first}/removeSnapshot`);
    const holding = await start(first, {}, { own: keepNone });
    await gate.reached;
    // Long enough for the rest of the turn, also on a busy machine.
    const window = { opensAt: null, closesAt: new Date(Date.now() + 10_000).toISOString(), timeZone: 'UTC', notes: [] };
    const run = await start(second, { expectedMs: 2_000 }, { own: keepNone, material: { window } });
    const { ledger, handover } = await run.result();
    expect(ledger.succeeded).toBe(1);
    expect(handover).toEqual([expect.objectContaining({ kind: 'snapshot-alive' })]);
    const [step] = await removals(run, second);
    expect(step).toMatchObject({ result: 'failed', text: expect.stringMatching(/^(DatastoreBusy|WindowClosing)/) });
    expect(stage.directed.callsOf(second)).not.toContain('removeSnapshot');
    gate.open();
    await holding.result();
  });

  test('is left when the turn is asked to stop while it waits', async () => {
    const { gate, holding, run, second } = await twoRuns();
    const turn = stage.temporal.client.workflow.getHandle(hostTurnId(`${second}.corp.example`));
    await turn.signal('stopTurn', fields);
    const { ledger } = await run.result();
    expect(ledger.succeeded).toBe(1);
    expect((await removals(run, second))[0]?.text).toMatch(/^DatastoreBusy.*the turn was asked to stop/);
    gate.open();
    await holding.result();
  });

  test('of a dozen hosts asks a few times for each, however long the line is, and the line goes on in a new execution', async () => {
    const datastore = freshHost();
    const targets = Array.from({ length: 12 }, () => plannedTarget(freshHost()));
    for (const { id } of targets) {
      const name = id.split('.')[0] ?? '';
      stage.directed.order(name, 'takeSnapshot', snapshot(`fettle-${name}`, datastore));
    }
    const waves = [waveOf(targets, { concurrency: 12 })];
    const limits = { ...quickLimits, pollMs: 100 };
    const run = await stage.start(patchPlan({ targets, waves, own: keepNone, material: { limits } }));
    expect(await run.result()).toMatchObject({ ledger: { succeeded: 12 }, handover: [] });
    const { client } = stage.temporal;
    const ids = [...targets.map(({ id }) => hostTurnId(id)), datastoreLockId('vcenter01', datastore)];
    const scheduled = await Promise.all(ids.map((id) => lockActivities(client.workflow.getHandle(id))));
    const lock = await client.workflow.getHandle(datastoreLockId('vcenter01', datastore)).describe();
    expect(lock.raw.workflowExecutionInfo?.firstRunId).not.toBe(lock.runId);
    expect(scheduled.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(12 * 6);
  });
});

/** Activities about locks in a history. */
async function lockActivities(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  const types = events?.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? '') ?? [];
  return types.filter((type) => Object.hasOwn(stage.directed.locks, type)).length;
}
