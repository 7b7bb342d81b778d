import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FailureType } from '../../model/failures.ts';
import { hostTurnId } from '../../model/ids.ts';
import { healthy, idle, type Step } from './stage/activities.ts';
import { MINUTE, patchPlan, plannedTarget, quickPatchLimits } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { freshHost, takeTurn } from './stage/turn.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const UPDATE = { id: '00000000-0000-4000-8000-000000000001', kb: 'KB5000001' };

describe.concurrent('a failure of a step', () => {
  const ends: [Step, FailureType, string][] = [
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
    ['preflight', 'ShellFailure', 'not-started'],
    ['takeSnapshot', 'ShellFailure', 'not-started'],
    ['startInstall', 'ShellFailure', 'unknown'],
    ['rescan', 'ShellFailure', 'unknown'],
    ['verifyHost', 'ScriptNotPinned', 'unknown'],
    ['endMaintenance', 'SecretMissing', 'failed'],
  ];
  test.each(ends)(
    '%s with %s leaves the target %s and its steps and reason on record',
    async (step, failure, state) => {
      const { entry } = await takeTurn(stage, [[step, failure]]);
      expect(entry).toMatchObject({ state, outcome: { failure } });
      expect(entry.reason).toContain(failure);
      expect(entry.outcome?.steps.at(-1)?.endedAt ?? null).not.toBeNull();
    },
  );

  test('that is retried heals without anybody noticing', async () => {
    const { entry, calls } = await takeTurn(stage, [['startInstall', 'UpdateBusy', 'UpdateBusy', 'good']]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startInstall')).toHaveLength(3);
  });

  test('that asks a person leaves maintenance mode on, with its end time, and the question on record', async () => {
    const { entry, calls } = await takeTurn(stage, [['awaitRestart', 'RebootTimeout']]);
    expect(calls).not.toContain('endMaintenance');
    expect(Date.parse(entry.outcome?.own.maintenance?.until ?? '')).toBeGreaterThan(Date.now());
    expect(entry.outcome?.question).toBeTruthy();
  });

  test('of its worker does not end the step that follows an installation: it is followed on', async () => {
    const { entry, calls } = await takeTurn(stage, [
      ['followInstall', 'ShellFailure', 'ShellFailure', 'ShellFailure', 'good'],
    ]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'followInstall')).toHaveLength(4);
  });

  test('of its worker is tried again for as long as an installation may take', async () => {
    const { entry } = await takeTurn(stage, [], {}, { limits: { ...quickPatchLimits, installMs: 120 * MINUTE } });
    const turn = stage.temporal.client.workflow.getHandle(hostTurnId(entry.id));
    const { events } = await turn.fetchHistory();
    const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes);
    const following = scheduled.find((attributes) => attributes?.activityType?.name === 'followInstall');
    // A minute is the longest wait between two tries.
    expect(following?.retryPolicy?.maximumAttempts ?? 0).toBeGreaterThan(120);
    expect(following?.retryPolicy?.nonRetryableErrorTypes).not.toContain('ShellFailure');
  });

  test('that says nothing about the host asks a person once the host was changed, and leaves maintenance mode on', async () => {
    const { entry, calls } = await takeTurn(stage, [['rescan', 'ShellFailure']]);
    expect(calls).not.toContain('endMaintenance');
    expect(entry.outcome?.question).toContain('says nothing about the host');
    expect(entry.outcome?.groupSafe).toBe(false);
  });

  test('that says nothing about the host asks nobody before that, and holds no other host up', async () => {
    const { entry, calls } = await takeTurn(stage, [['takeSnapshot', 'ShellFailure']]);
    expect(calls.at(-1)).toBe('endMaintenance');
    expect(entry.outcome).toMatchObject({ question: null, groupSafe: true, own: { maintenance: null } });
  });

  test('that aborts ends maintenance mode, so that monitoring speaks again', async () => {
    const { entry, calls } = await takeTurn(stage, [['takeSnapshot', 'SnapshotFailed']]);
    expect(calls.at(-1)).toBe('endMaintenance');
    expect(entry.outcome?.own.maintenance).toBeNull();
  });
});

describe.concurrent('maintenance mode', () => {
  test('is extended where the next step could outlast it', async () => {
    const limits = { ...quickPatchLimits, installMs: 3 * 60 * 60_000 };
    const { entry, calls } = await takeTurn(stage, [], {}, { limits });
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startMaintenance')).toHaveLength(2);
    expect(calls.indexOf('startInstall')).toBeGreaterThan(calls.lastIndexOf('startMaintenance'));
  });
});

describe.concurrent('verifying', () => {
  const down = { ...healthy, servicesDown: [{ name: 'LanmanServer', state: 'Stopped', startType: 'Automatic' }] };

  test('starts a service that is down, once, and goes on when it runs', async () => {
    const { entry, calls } = await takeTurn(stage, [['verifyHost', down, 'good']]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startService')).toHaveLength(1);
  });

  test('asks a person when the service stays down, and hands it over', async () => {
    const { entry } = await takeTurn(stage, [['verifyHost', down]]);
    expect(entry).toMatchObject({
      state: 'failed',
      outcome: { failure: 'ServiceDown', own: { servicesDown: ['LanmanServer'] } },
    });
    expect(entry.outcome?.own.maintenance).not.toBeNull();
  });

  test('asks when a probe fails or the group is not healthy', async () => {
    const probe = await takeTurn(stage, [
      ['verifyHost', { ...healthy, probesFailed: [{ probe: 'tcp 443', detail: 'refused' }] }],
    ]);
    expect(probe.entry.outcome?.failure).toBe('ProbeFailed');
    const group = await takeTurn(stage, [
      ['verifyHost', { ...healthy, group: { healthy: false, detail: 'SYSVOL is not shared' } }],
    ]);
    expect(group.entry.outcome).toMatchObject({ failure: 'GroupUnhealthy', groupSafe: false });
  });
});

describe.concurrent('snapshots', () => {
  test('are left out with the reason where the plan says so', async () => {
    const { entry, calls } = await takeTurn(stage, [], {
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
    const removed = await takeTurn(stage, [], {}, { snapshot: { take: 'when-possible', keepMs: 0 } });
    expect(removed.entry.outcome?.own.snapshot).toBeNull();
    const kept = await takeTurn(
      stage,
      [['removeSnapshot', 'SnapshotRemovalFailed']],
      {},
      { snapshot: { take: 'when-possible', keepMs: 0 } },
    );
    expect(kept.entry).toMatchObject({ state: 'succeeded' });
    expect(kept.entry.outcome?.own.snapshot).not.toBeNull();
  });
});

describe.concurrent('a host with nothing left to install', () => {
  const baseline = { ...idle, updates: [{ ...UPDATE, outcome: 'already-installed', detail: '' }] };

  test('is looked at and succeeds without maintenance mode, snapshot or reboot', async () => {
    const name = freshHost();
    stage.directed.order(name, 'preflight', baseline);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    expect((await run.result()).ledger.succeeded).toBe(1);
    expect(stage.directed.callsOf(name)).toEqual(['preflight', 'oldSnapshots', 'verifyHost']);
  });

  test('is rebooted all the same where the input says always', async () => {
    const { entry, calls } = await takeTurn(stage, [['preflight', baseline]], {}, { reboot: 'always' });
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'restartHost')).toHaveLength(1);
    expect(calls.at(-1)).toBe('endMaintenance');
  });
});
