import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteActivities } from '../../model/activities.ts';
import type { FailureType } from '../../model/failures.ts';
import type { PatchPlan, PlannedTarget } from '../../model/plan.ts';
import type { LedgerEntry } from '../../model/run.ts';
import { healthy } from './stage/activities.ts';
import { patchPlan, plannedTarget, quickLimits } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';

let stage: Stage;
let count = 0;
const fresh = (): string => `srv${String((count += 1)).padStart(3, '0')}`;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** One target's turn under orders; its ledger entry and the calls that reached its host. */
async function turn(
  orders: [keyof SiteActivities, ...unknown[]][],
  target: Partial<PlannedTarget> = {},
  material: Partial<PatchPlan['material']> = {},
): Promise<{ entry: LedgerEntry; calls: string[] }> {
  const name = fresh();
  for (const [step, ...endings] of orders) stage.directed.order(name, step, ...endings);
  const run = await stage.start(patchPlan({ targets: [plannedTarget(name, target)], material }));
  await run.result();
  return { entry: await run.entry(name), calls: stage.directed.callsOf(name) };
}

const UPDATE = { id: '00000000-0000-4000-8000-000000000001', kb: 'KB5000001' };
const failedReport = {
  updates: [{ ...UPDATE, outcome: 'failed', detail: '0x80070643' }],
  installed: 0,
  rebootRequired: false,
};
const still = {
  left: [{ ...UPDATE, revision: 1, rebootRequired: true }],
  others: [],
  pendingReboot: [],
  updates: [{ ...UPDATE, outcome: 'not-attempted', detail: '' }],
};

describe('a failure of a step', () => {
  const ends: [keyof SiteActivities, FailureType, string][] = [
    ['preflight', 'HostUnreachable', 'unreachable'],
    ['preflight', 'TargetChanged', 'skipped'],
    ['preflight', 'UseCau', 'skipped'],
    ['preflight', 'BackupMissing', 'skipped'],
    ['preflight', 'LowDisk', 'failed'],
    ['preflight', 'AvailabilityGroupPrimary', 'failed'],
    ['startMaintenance', 'MaintenanceFailed', 'failed'],
    ['takeSnapshot', 'SnapshotFailed', 'failed'],
    ['confirmRoles', 'AvailabilityGroupPrimary', 'failed'],
    ['startInstall', 'TaskRefused', 'failed'],
    ['startInstall', 'UpdateSourceUnreachable', 'failed'],
    ['followInstall', 'InstallTimeout', 'unknown'],
    ['followInstall', 'HostLost', 'unknown'],
    ['restartHost', 'HostUnreachable', 'unknown'],
    ['awaitRestart', 'RebootTimeout', 'unknown'],
    ['verifyHost', 'ContractViolation', 'failed'],
  ];
  test.each(ends)(
    '%s with %s leaves the target %s and its steps and reason on record',
    async (step, failure, state) => {
      const { entry } = await turn([[step, failure]]);
      expect(entry).toMatchObject({ state, outcome: { failure } });
      expect(entry.reason).toContain(failure);
      expect(entry.outcome?.steps.at(-1)?.endedAt ?? null).not.toBeNull();
    },
  );

  test('that is retried heals without anybody noticing', async () => {
    const { entry, calls } = await turn([['startInstall', 'UpdateBusy', 'UpdateBusy', 'good']]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startInstall')).toHaveLength(3);
  });

  test('that asks a person leaves maintenance mode on, with its end time, and the question on record', async () => {
    const { entry, calls } = await turn([['awaitRestart', 'RebootTimeout']]);
    expect(calls).not.toContain('endMaintenance');
    expect(Date.parse(entry.outcome?.maintenance?.until ?? '')).toBeGreaterThan(Date.now());
    expect(entry.outcome?.question).toBeTruthy();
  });

  test('that aborts ends maintenance mode, so that monitoring speaks again', async () => {
    const { entry, calls } = await turn([['takeSnapshot', 'SnapshotFailed']]);
    expect(calls.at(-1)).toBe('endMaintenance');
    expect(entry.outcome?.maintenance).toBeNull();
  });
});

describe('installing', () => {
  test('reboots and tries once more after the update agent failed', async () => {
    const { entry, calls } = await turn([
      ['followInstall', failedReport, 'good'],
      ['rescan', still, 'good'],
    ]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startInstall')).toHaveLength(2);
    expect(calls.filter((call) => call === 'restartHost')).toHaveLength(2);
  });

  test('fails with the HRESULT when it fails again after the reboot, and never reverts the machine', async () => {
    const { entry, calls } = await turn([
      ['followInstall', failedReport],
      ['rescan', still],
    ]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateFailed' } });
    expect(entry.reason).toContain('0x80070643');
    expect(calls.filter((call) => call === 'startInstall')).toHaveLength(2);
    expect(entry.outcome?.snapshot).not.toBeNull();
  });

  test('waits and tries again, in a round of its own, while another installation holds the update agent', async () => {
    const { entry, calls } = await turn([['followInstall', 'UpdateBusy', 'good']]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startInstall')).toHaveLength(2);
    expect(entry.outcome?.steps.filter(({ step }) => step === 'install').map(({ round }) => round)).toEqual([1, 2]);
  });

  test('asks when the update agent stays busy', async () => {
    const { entry } = await turn([['followInstall', 'UpdateBusy']]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateBusy' } });
    expect(entry.outcome?.question).toBeTruthy();
  });

  test('that wants a reboot first gets one, once', async () => {
    const { entry, calls } = await turn([
      ['startInstall', 'UpdateNeedsReboot', 'good'],
      ['rescan', still, 'good'],
    ]);
    expect(entry.state).toBe('succeeded');
    expect(calls.indexOf('restartHost')).toBeLessThan(calls.lastIndexOf('startInstall'));
  });

  test('calls it an update loop when what was installed is offered again', async () => {
    const { entry } = await turn([['rescan', still]]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateLoop' } });
  });

  test('goes on in a further round for an approved update that appears only after the reboot', async () => {
    const second = { id: '00000000-0000-4000-8000-000000000002', revision: 1, kb: 'KB5000002', rebootRequired: false };
    const { entry, calls } = await turn([['rescan', { ...still, left: [second] }, 'good']]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startInstall')).toHaveLength(2);
  });

  test('never succeeds while an approved update is not offered', async () => {
    const updates = [{ ...UPDATE, outcome: 'not-offered', detail: '' }];
    const { entry } = await turn([['rescan', { ...still, left: [], updates }]]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateNotOffered' } });
  });

  test('starts no reboot when the window closes, and says that one is pending', async () => {
    const name = fresh();
    const expectedMs = 4_000;
    const closesAt = new Date(Date.now() + 8_000).toISOString();
    const gate = stage.directed.gates.close(`${name}/followInstall`);
    const target = plannedTarget(name, { expectedMs });
    const run = await stage.start(
      patchPlan({ targets: [target], material: { window: { closesAt, timeZone: 'UTC', notes: [] } } }),
    );
    await gate.reached;
    // The turn fitted when it began; from here on its second half, the reboot, does not.
    await new Promise((resolve) => setTimeout(resolve, Date.parse(closesAt) - expectedMs / 2 - Date.now() + 1));
    gate.open();
    expect((await run.result()).outcome).toBe('cut-off');
    expect(await run.entry(name)).toMatchObject({
      state: 'failed',
      outcome: { pendingReboot: true, failure: 'WindowClosing' },
    });
    expect(stage.directed.callsOf(name)).not.toContain('restartHost');
  });

  test('does not begin when what came before it took so long that the window closes', async () => {
    const name = fresh();
    const expectedMs = 4_000;
    const closesAt = new Date(Date.now() + 7_000).toISOString();
    const gate = stage.directed.gates.close(`${name}/takeSnapshot`);
    const target = plannedTarget(name, { expectedMs });
    const run = await stage.start(
      patchPlan({ targets: [target], material: { window: { closesAt, timeZone: 'UTC', notes: [] } } }),
    );
    await gate.reached;
    await new Promise((resolve) => setTimeout(resolve, Date.parse(closesAt) - expectedMs / 2 - Date.now()));
    gate.open();
    expect((await run.result()).outcome).toBe('cut-off');
    expect(await run.entry(name)).toMatchObject({ state: 'not-started', outcome: { maintenance: null } });
    expect(stage.directed.callsOf(name)).not.toContain('startInstall');
  });
});

describe('rebooting', () => {
  test('is left to a person where the input says never', async () => {
    const { entry, calls } = await turn([], {}, { reboot: 'never' });
    expect(calls).not.toContain('restartHost');
    expect(entry).toMatchObject({ state: 'failed', outcome: { pendingReboot: true, failure: 'PendingReboot' } });
  });

  test('happens once where the input says always, also when no update asks for it', async () => {
    const report = { updates: [{ ...UPDATE, outcome: 'installed', detail: '' }], installed: 1, rebootRequired: false };
    const { entry, calls } = await turn([['followInstall', report]], {}, { reboot: 'always' });
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'restartHost')).toHaveLength(1);
  });

  test('that only finished what was pending before proves nothing about what was installed', async () => {
    const name = fresh();
    const target = plannedTarget(name);
    const report = { updates: [{ ...UPDATE, outcome: 'installed', detail: '' }], installed: 1, rebootRequired: false };
    stage.directed.order(name, 'preflight', {
      bootTime: '2026-11-01T00:00:00.000Z',
      runningServices: [],
      toInstall: target.updates,
      updates: [],
      pendingReboot: ['windows-update'],
      warnings: [],
      simulated: [],
    });
    stage.directed.order(name, 'followInstall', report);
    const run = await stage.start(patchPlan({ targets: [target], material: { finishPendingReboot: true } }));
    await run.result();
    expect((await run.entry(name)).outcome).toMatchObject({ rebooted: true, rebootedAfterInstall: false });
  });

  test('finishes a pending reboot before it installs, where the input allows it', async () => {
    const name = fresh();
    const target = plannedTarget(name);
    const baseline = {
      bootTime: '2026-11-01T00:00:00.000Z',
      runningServices: [],
      toInstall: target.updates,
      updates: [],
      pendingReboot: ['windows-update'],
      warnings: [],
      simulated: [],
    };
    stage.directed.order(name, 'preflight', baseline);
    await (await stage.start(patchPlan({ targets: [target], material: { finishPendingReboot: true } }))).result();
    const calls = stage.directed.callsOf(name);
    expect(calls.indexOf('restartHost')).toBeLessThan(calls.indexOf('startInstall'));
  });
});

describe('notes for a step', () => {
  test.each([
    ['nothing', undefined],
    ['no list', { notes: 'text' }],
    ['what is no text', { notes: [1, null, { toString: 'x' }] }],
    [
      'more and longer texts than a step keeps',
      { notes: Array.from({ length: 50 }, (_, i) => `${i} ${'x'.repeat(500)}`) },
    ],
  ])('that are %s do not wedge a turn or fill its record', async (_what, payload) => {
    const name = fresh();
    const gate = stage.directed.gates.close(`${name}/verifyHost`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await stage.temporal.client.workflow.getHandle(`target/host/${name}.corp.example`).signal('stepNotes', payload);
    gate.open();
    expect((await run.result()).outcome).toBe('succeeded');
    const notes = (await run.entry(name)).outcome?.steps.flatMap((step) => step.notes ?? []) ?? [];
    expect(notes.length).toBeLessThanOrEqual(10);
    for (const note of notes) expect(note.length).toBeLessThanOrEqual(200);
  });
});

describe('the event log of a host whose turn failed', () => {
  const refused = (): [keyof SiteActivities, ...unknown[]] => ['followInstall', 'TaskRefused'];

  test('is in its record and handed over, capped', async () => {
    const events = Array.from({ length: 9 }, (_, i) => `event ${i} ${'x'.repeat(500)}`);
    const { entry } = await turn([refused(), ['eventExcerpt', events]]);
    expect(entry.outcome?.events).toHaveLength(5);
    for (const [i, event] of (entry.outcome?.events ?? []).entries()) {
      expect(event).toMatch(new RegExp(`^event ${i} `));
      expect(event.length).toBeLessThanOrEqual(300);
    }
  });

  test('that cannot be read changes nothing of its end, and is asked for once', async () => {
    const { entry, calls } = await turn([refused(), ['eventExcerpt', 'HostLost']]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'TaskRefused' } });
    expect(entry.outcome).not.toHaveProperty('events');
    expect(calls.filter((call) => call === 'eventExcerpt')).toHaveLength(1);
  });

  test.each([
    ['on which nothing was changed', ['preflight', 'LowDisk']],
    ['whose state is unknown', ['awaitRestart', 'RebootTimeout']],
    ['that succeeded', ['preflight', 'good']],
  ] as const)('is not read of a host %s', async (_which, order) => {
    const { calls } = await turn([[...order]]);
    expect(calls).not.toContain('eventExcerpt');
  });
});

describe('maintenance mode', () => {
  test('is extended where the next step could outlast it', async () => {
    const limits = { ...quickLimits, installMs: 3 * 60 * 60_000 };
    const { entry, calls } = await turn([], {}, { limits });
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startMaintenance')).toHaveLength(2);
    expect(calls.indexOf('startInstall')).toBeGreaterThan(calls.lastIndexOf('startMaintenance'));
  });
});

describe('verifying', () => {
  const down = { ...healthy, servicesDown: [{ name: 'LanmanServer', state: 'Stopped', startType: 'Automatic' }] };

  test('starts a service that is down, once, and goes on when it runs', async () => {
    const { entry, calls } = await turn([['verifyHost', down, 'good']]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startService')).toHaveLength(1);
  });

  test('asks a person when the service stays down, and hands it over', async () => {
    const { entry } = await turn([['verifyHost', down]]);
    expect(entry).toMatchObject({
      state: 'failed',
      outcome: { failure: 'ServiceDown', servicesDown: ['LanmanServer'] },
    });
    expect(entry.outcome?.maintenance).not.toBeNull();
  });

  test('asks when a probe fails or the group is not healthy', async () => {
    const probe = await turn([['verifyHost', { ...healthy, probesFailed: [{ probe: 'tcp 443', detail: 'refused' }] }]]);
    expect(probe.entry.outcome?.failure).toBe('ProbeFailed');
    const group = await turn([
      ['verifyHost', { ...healthy, group: { healthy: false, detail: 'SYSVOL is not shared' } }],
    ]);
    expect(group.entry.outcome).toMatchObject({ failure: 'GroupUnhealthy', groupSafe: false });
  });
});

describe('snapshots', () => {
  test('are left out with the reason where the plan says so', async () => {
    const { entry, calls } = await turn([], {
      snapshot: false,
      snapshotReason: 'a domain controller gets no snapshot',
    });
    expect(calls).not.toContain('takeSnapshot');
    expect(entry.outcome?.steps.find(({ step }) => step === 'snapshot')).toMatchObject({
      result: 'left-out',
      text: 'a domain controller gets no snapshot',
    });
  });

  test('go at the end of the turn where the policy keeps none, and a failure of that is handed over', async () => {
    const removed = await turn([], {}, { snapshot: { take: 'when-possible', keepMs: 0 } });
    expect(removed.entry.outcome?.snapshot).toBeNull();
    const kept = await turn(
      [['removeSnapshot', 'SnapshotRemovalFailed']],
      {},
      { snapshot: { take: 'when-possible', keepMs: 0 } },
    );
    expect(kept.entry).toMatchObject({ state: 'succeeded' });
    expect(kept.entry.outcome?.snapshot).not.toBeNull();
  });
});

describe('a host with nothing left to install', () => {
  test('is looked at and succeeds without maintenance mode, snapshot or reboot', async () => {
    const name = fresh();
    const baseline = {
      bootTime: '2026-11-01T00:00:00.000Z',
      runningServices: ['W32Time'],
      toInstall: [],
      updates: [{ ...UPDATE, outcome: 'already-installed', detail: '' }],
      pendingReboot: [],
      warnings: [],
      simulated: [],
    };
    stage.directed.order(name, 'preflight', baseline);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    expect((await run.result()).ledger.succeeded).toBe(1);
    expect(stage.directed.callsOf(name)).toEqual(['preflight', 'oldSnapshots', 'verifyHost']);
  });

  test('is rebooted all the same where the input says always', async () => {
    const baseline = {
      bootTime: '2026-11-01T00:00:00.000Z',
      runningServices: ['W32Time'],
      toInstall: [],
      updates: [{ ...UPDATE, outcome: 'already-installed', detail: '' }],
      pendingReboot: [],
      warnings: [],
      simulated: [],
    };
    const { entry, calls } = await turn([['preflight', baseline]], {}, { reboot: 'always' });
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'restartHost')).toHaveLength(1);
    expect(calls.at(-1)).toBe('endMaintenance');
  });
});
