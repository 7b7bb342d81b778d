import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerTotal } from '../../model/ledger.ts';
import type { PatchPlan } from '../../model/plan.ts';
import { healthy } from './stage/activities.ts';
import { MINUTE, patchPlan, plannedTarget } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';

let stage: Stage;
let count = 0;
/** A name that no other test of this file uses: turns lock their host. */
const fresh = (): string => `app${String((count += 1)).padStart(3, '0')}`;
const fields = { reason: 'a test asks for it', by: 'Kim Example' };

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('a run', () => {
  test("takes every target through its turn, in the procedure's order, and hands over", async () => {
    const name = fresh();
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    const result = await run.result();
    expect(result).toMatchObject({ outcome: 'succeeded', targets: 1, simulated: ['plant'], stopReason: null });
    expect(result.ledger.succeeded).toBe(1);
    expect(stage.directed.callsOf(name)).toEqual([
      'preflight',
      'oldSnapshots',
      'startMaintenance',
      'takeSnapshot',
      'confirmRoles',
      'startInstall',
      'followInstall',
      'confirmRoles',
      'restartHost',
      'awaitRestart',
      'rescan',
      'verifyHost',
      'endMaintenance',
    ]);
    expect(result.handover).toEqual([expect.objectContaining({ kind: 'snapshot-alive' })]);
  });

  test('stops at the failure budget: targets in work finish, the rest is not-started', async () => {
    const names = [fresh(), fresh(), fresh(), fresh()];
    const targets = names.map((name) => plannedTarget(name));
    stage.directed.order(names[0] ?? '', 'preflight', 'LowDisk');
    const waves = [{ name: 'all', canary: false, concurrency: 2, hosts: targets.map(({ host }) => host) }];
    const gate = stage.directed.gates.close(`${names[1]}/preflight`);
    const run = await stage.start(patchPlan({ targets, waves, material: { failureBudget: 1 } }));
    await gate.reached;
    gate.open();
    const result = await run.result();
    expect(result.stopReason).toContain('budget');
    expect(result.outcome).toBe('partly');
    expect(result.ledger).toMatchObject({ failed: 1, succeeded: 1, 'not-started': 2 });
    expect(ledgerTotal(result.ledger)).toBe(4);
  });

  test('stops when the canary wave proves nothing', async () => {
    const [canary, other] = [plannedTarget(fresh(), { updates: [] }), plannedTarget(fresh())];
    const waves = [
      { name: 'canary', canary: true, concurrency: 1, hosts: [canary.host] },
      { name: 'rest', canary: false, concurrency: 1, hosts: [other.host] },
    ];
    const result = await (await stage.start(patchPlan({ targets: [canary, other], waves }))).result();
    expect(result.stopReason).toContain('canary');
    expect(result.ledger).toMatchObject({ succeeded: 1, 'not-started': 1 });
  });

  test('looks at a wave again after its soak, and a target that fell ill spends the budget', async () => {
    const names = [fresh(), fresh()];
    const [first, second] = names.map((name) => plannedTarget(name));
    stage.directed.order(names[0] ?? '', 'verifyHost', 'good', {
      ...healthy,
      probesFailed: [{ probe: 'http', detail: 'answers 500' }],
    });
    const waves = [first, second].map((target, i) => ({
      name: `w${i}`,
      canary: i === 0,
      concurrency: 1,
      hosts: [target?.host ?? ''],
    }));
    const plan = patchPlan({
      targets: [first, second].flatMap((t) => t ?? []),
      waves,
      material: { soakMs: 50, failureBudget: 1 },
    });
    const run = await stage.start(plan);
    const result = await run.result();
    expect(result.ledger).toMatchObject({ failed: 1, 'not-started': 1 });
    expect((await run.entry(names[0] ?? '')).reason).toContain('UnhealthyAfterSoak');
  });

  test('goes no further when the canary that proved something fell ill in the soak, whatever the budget has left', async () => {
    const [canary, other] = [plannedTarget(fresh()), plannedTarget(fresh())];
    const ill = { ...healthy, servicesDown: [{ name: 'W32Time', state: 'Stopped', startType: 'Automatic' }] };
    stage.directed.order(canary.host.split('.')[0] ?? '', 'verifyHost', 'good', ill);
    const waves = [canary, other].map(({ host }, i) => ({
      name: `w${i}`,
      canary: i === 0,
      concurrency: 1,
      hosts: [host],
    }));
    const plan = patchPlan({ targets: [canary, other], waves, material: { soakMs: 50, failureBudget: 2 } });
    const result = await (await stage.start(plan)).result();
    expect(result.stopReason).toContain('canary');
    expect(result.ledger).toMatchObject({ failed: 1, 'not-started': 1 });
    expect(result.handover.map(({ kind }) => kind)).toContain('service-down');
  });

  test('starts no target whose turn does not fit before the window closes', async () => {
    const targets = [
      plannedTarget(fresh(), { expectedMs: MINUTE }),
      plannedTarget(fresh(), { expectedMs: 60 * MINUTE }),
    ];
    const window = { closesAt: new Date(Date.now() + 30 * MINUTE).toISOString(), timeZone: 'UTC', notes: [] };
    const result = await (await stage.start(patchPlan({ targets, material: { window } }))).result();
    expect(result.outcome).toBe('cut-off');
    expect(result.ledger).toMatchObject({ succeeded: 1, 'not-started': 1 });
  });

  test('never has two members of a redundancy group in work, and leaves the second alone when the first is in doubt', async () => {
    const names = [fresh(), fresh()];
    const targets = names.map((name) =>
      plannedTarget(name, { redundancyGroup: `dc-${names[0]}`, exclusive: [`group/dc-${names[0]}`] }),
    );
    stage.directed.order(names[0] ?? '', 'awaitRestart', 'RebootTimeout');
    const run = await stage.start(patchPlan({ targets }));
    const result = await run.result();
    expect(result.ledger).toMatchObject({ unknown: 1, 'not-started': 1 });
    expect(stage.directed.callsOf(names[1] ?? '')).toEqual([]);
    expect((await run.entry(names[1] ?? '')).reason).toContain(names[0]);
  });

  test('refuses a target that another run holds, naming that run', async () => {
    const name = fresh();
    const gate = stage.directed.gates.close(`${name}/startInstall`);
    const first = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    const second = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    expect((await second.result()).ledger['not-started']).toBe(1);
    expect((await second.entry(name)).reason).toMatch(/TargetBusy.*patch-window\/CHG0099999\/other/);
    gate.open();
    expect((await first.result()).outcome).toBe('succeeded');
  });

  test('calls a target unknown whose turn was terminated from outside', async () => {
    const name = fresh();
    const gate = stage.directed.gates.close(`${name}/startInstall`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await stage.temporal.client.workflow.getHandle(`target/host/${name}.corp.example`).terminate('a test');
    gate.open();
    const result = await run.result();
    expect(result.ledger.unknown).toBe(1);
    expect(result.handover.some(({ kind }) => kind === 'open-question')).toBe(true);
    expect((await run.entry(name)).outcome).toMatchObject({ changed: true, groupSafe: false });
  });

  test('keeps out what a guard refused at planning, and asks what a guard asked', async () => {
    const [refused, asked, good] = [plannedTarget(fresh()), plannedTarget(fresh()), plannedTarget(fresh())];
    const guards: PatchPlan['guards'] = [
      { host: refused.host, guard: 'backup', verdict: 'refuse', failure: 'BackupMissing', reason: 'no backup' },
      {
        host: asked.host,
        guard: 'roles',
        verdict: 'ask',
        failure: 'AvailabilityGroupPrimary',
        reason: 'fail AG1 over',
      },
    ];
    const result = await (await stage.start(patchPlan({ targets: [refused, asked, good], guards }))).result();
    expect(result.ledger).toMatchObject({ skipped: 1, failed: 1, succeeded: 1 });
    expect(result.handover).toContainEqual({
      kind: 'open-question',
      host: asked.host,
      text: 'fail AG1 over',
      until: null,
    });
  });

  test('ends a dry run with the plan and touches nothing', async () => {
    const name = fresh();
    stage.directed.dryRun = true;
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    expect(await run.handle.result()).toMatchObject({ dryRun: true, targets: 1, plan: { runbook: 'patch-window' } });
    stage.directed.dryRun = false;
    expect(stage.directed.callsOf(name)).toEqual([]);
  });
});

describe('an operator', () => {
  test('pauses and resumes: nothing new starts, a target in work finishes', async () => {
    const names = [fresh(), fresh()];
    const targets = names.map((name) => plannedTarget(name));
    const waves = [{ name: 'all', canary: false, concurrency: 1, hosts: targets.map(({ host }) => host) }];
    const gate = stage.directed.gates.close(`${names[0]}/startInstall`);
    const run = await stage.start(patchPlan({ targets, waves }));
    await gate.reached;
    expect((await run.update('pause', fields)).accepted).toBe(true);
    gate.open();
    await expect.poll(async () => (await run.status()).inWork, { timeout: 20_000 }).toEqual([]);
    expect(await run.status()).toMatchObject({ phase: 'paused', ledger: { succeeded: 1, 'not-started': 1 } });
    expect(stage.directed.callsOf(names[1] ?? '')).toEqual([]);
    await run.update('resume', fields);
    expect((await run.result()).outcome).toBe('succeeded');
  });

  test('retries a failed target on a paused run, under a new turn', async () => {
    const name = fresh();
    stage.directed.order(name, 'startInstall', 'UpdateLoop', 'good');
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await run.update('pause', fields);
    gate.open();
    await expect.poll(async () => (await run.entry(name)).state, { timeout: 20_000 }).toBe('failed');
    expect((await run.update('retryHost', { ...fields, host: name })).accepted).toBe(true);
    await run.update('resume', fields);
    expect((await run.result()).outcome).toBe('succeeded');
    expect((await run.entry(name)).turns).toBe(2);
  });

  test('retries a target whose first turn left maintenance mode on: the second turn ends it, and answers for both', async () => {
    const name = fresh();
    const down = { ...healthy, servicesDown: [{ name: 'LanmanServer', state: 'Stopped', startType: 'Automatic' }] };
    stage.directed.order(name, 'verifyHost', down, down, 'good');
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await run.update('pause', fields);
    gate.open();
    await expect.poll(async () => (await run.entry(name)).state, { timeout: 20_000 }).toBe('failed');
    expect((await run.entry(name)).outcome?.maintenance).not.toBeNull();

    const updates = [
      { id: '00000000-0000-4000-8000-000000000001', kb: 'KB5000001', outcome: 'already-installed', detail: '' },
    ];
    const nothingLeft = {
      bootTime: '2026-11-01T00:00:00.000Z',
      runningServices: [],
      toInstall: [],
      updates,
      pendingReboot: [],
      warnings: [],
      simulated: [],
    };
    stage.directed.order(name, 'preflight', nothingLeft);
    await run.update('retryHost', { ...fields, host: name });
    await run.update('resume', fields);
    const result = await run.result();
    expect(result.outcome).toBe('succeeded');
    expect(stage.directed.callsOf(name).at(-1)).toBe('endMaintenance');
    expect((await run.entry(name)).outcome).toMatchObject({ turn: 2, maintenance: null, installed: 1, rebooted: true });
    expect(result.handover.map(({ kind }) => kind)).toEqual(['snapshot-alive']);
  });

  test('keeps what the first turn left on record when the retried target is skipped before its second turn', async () => {
    const name = fresh();
    stage.directed.order(name, 'awaitRestart', 'RebootTimeout');
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await run.update('pause', fields);
    gate.open();
    await expect.poll(async () => (await run.entry(name)).progress, { timeout: 20_000 }).toBe('ended');
    await run.update('retryHost', { ...fields, host: name });
    expect((await run.entry(name)).state).toBe('unknown');
    await run.update('skipHost', { ...fields, host: name });
    await run.update('resume', fields);
    const result = await run.result();
    expect(result.ledger.unknown).toBe(1);
    expect(result.handover.map(({ kind }) => kind)).toContain('maintenance-on');
  });

  test('skips a waiting target', async () => {
    const names = [fresh(), fresh()];
    const targets = names.map((name) => plannedTarget(name));
    const waves = [{ name: 'all', canary: false, concurrency: 1, hosts: targets.map(({ host }) => host) }];
    const gate = stage.directed.gates.close(`${names[0]}/preflight`);
    const run = await stage.start(patchPlan({ targets, waves }));
    await gate.reached;
    expect((await run.update('skipHost', { ...fields, host: targets[1]?.host })).accepted).toBe(true);
    expect((await run.update('skipHost', { ...fields, host: targets[1]?.host })).accepted).toBe(false);
    gate.open();
    expect((await run.result()).ledger).toMatchObject({ succeeded: 1, skipped: 1 });
  });

  test('is refused with the reason for an unknown host, a retry of what has not ended, and a message without reason', async () => {
    const name = fresh();
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    expect(await run.update('retryHost', { ...fields, host: 'nowhere' })).toMatchObject({
      accepted: false,
      text: expect.stringContaining('nowhere'),
    });
    expect(await run.update('retryHost', { ...fields, host: name })).toMatchObject({
      accepted: false,
      text: expect.stringContaining('not ended'),
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

  const STEPS = [
    'preflight',
    'startMaintenance',
    'takeSnapshot',
    'startInstall',
    'followInstall',
    'restartHost',
    'awaitRestart',
    'rescan',
    'verifyHost',
  ] as const;
  const AFTER: Record<(typeof STEPS)[number], string> = {
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
  test.each(STEPS)(
    'aborts during %s: the target gets to its safe point, the rest is not-started, the ledger sums',
    async (step) => {
      const names = [fresh(), fresh()];
      const targets = names.map((name) => plannedTarget(name));
      const waves = [{ name: 'all', canary: false, concurrency: 1, hosts: targets.map(({ host }) => host) }];
      const gate = stage.directed.gates.close(`${names[0]}/${step}`);
      const run = await stage.start(patchPlan({ targets, waves }));
      await gate.reached;
      await run.update('abort', fields);
      await run.toldToStop(targets[0]?.host ?? '');
      gate.open();
      const result = await run.result();
      expect(result.outcome).toBe('aborted');
      expect(await run.entry(names[0] ?? '')).toMatchObject({ state: AFTER[step] });
      expect(result.ledger['not-started']).toBe(1);
      expect(ledgerTotal(result.ledger)).toBe(2);
      const calls = stage.directed.callsOf(names[0] ?? '');
      if (calls.includes('startInstall')) expect(calls).toContain('followInstall');
      if (calls.includes('restartHost')) expect(calls).toContain('awaitRestart');
    },
  );

  test.each(STEPS)(
    'skips a target during %s: it gets to its safe point, and the run goes on with the next',
    async (step) => {
      const names = [fresh(), fresh()];
      const targets = names.map((name) => plannedTarget(name));
      const waves = [{ name: 'all', canary: false, concurrency: 1, hosts: targets.map(({ host }) => host) }];
      const gate = stage.directed.gates.close(`${names[0]}/${step}`);
      const run = await stage.start(patchPlan({ targets, waves }));
      await gate.reached;
      expect((await run.update('skipHost', { ...fields, host: names[0] })).accepted).toBe(true);
      await run.toldToStop(targets[0]?.host ?? '');
      gate.open();
      const result = await run.result();
      expect((await run.entry(names[0] ?? '')).state).toBe(AFTER[step]);
      expect((await run.entry(names[1] ?? '')).state).toBe('succeeded');
      expect(ledgerTotal(result.ledger)).toBe(2);
    },
  );

  test.each(STEPS)('pauses during %s: the target finishes, nothing new starts until the resume', async (step) => {
    const names = [fresh(), fresh()];
    const targets = names.map((name) => plannedTarget(name));
    const waves = [{ name: 'all', canary: false, concurrency: 1, hosts: targets.map(({ host }) => host) }];
    const gate = stage.directed.gates.close(`${names[0]}/${step}`);
    const run = await stage.start(patchPlan({ targets, waves }));
    await gate.reached;
    await run.update('pause', fields);
    gate.open();
    await expect.poll(async () => (await run.status()).inWork, { timeout: 20_000 }).toEqual([]);
    expect((await run.entry(names[0] ?? '')).state).toBe('succeeded');
    expect(stage.directed.callsOf(names[1] ?? '')).toEqual([]);
    await run.update('resume', fields);
    expect((await run.result()).ledger.succeeded).toBe(2);
  });

  test('cancels in the Web UI: an abort at the safe point, and the ledger is still returned', async () => {
    const name = fresh();
    const gate = stage.directed.gates.close(`${name}/followInstall`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await run.handle.cancel();
    await run.toldToStop(`${name}.corp.example`);
    gate.open();
    expect(await run.result()).toMatchObject({ outcome: 'aborted', ledger: { failed: 1 } });
  });
});
