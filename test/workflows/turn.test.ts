import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FailureType } from '../../model/failures.ts';
import { hostTurnId } from '../../model/ids.ts';
import { healthy, idle, SEEN, type Step } from './stage/activities.ts';
import { patchPlan, plannedTarget, quickLimits, quickPatchLimits } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { freshHost, takeTurn, takeTurns, type SeenTurn, type StepOrder } from './stage/turn.ts';

const UPDATE = { id: '00000000-0000-4000-8000-000000000001', kb: 'KB5000001' };
const NOTHING_LEFT: StepOrder = [
  'preflight',
  { ...idle, updates: [{ ...UPDATE, outcome: 'already-installed', detail: '' }] },
];

/** How a target ends whose step fails like this. */
const ENDS: [Step, FailureType, string][] = [
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

let stage: Stage;
/** Turns of one run, by what happens in them; a step that fails is called by its name and its failure. */
let turns: Record<string, SeenTurn>;

beforeAll(async () => {
  stage = await openStage();
  const failures = ENDS.map(([step, failure]): [string, StepOrder[]] => [`${step} ${failure}`, [[step, failure]]]);
  turns = await takeTurns(stage, {
    ...Object.fromEntries(failures),
    'probe fails': [['verifyHost', { ...healthy, probesFailed: [{ probe: 'tcp 443', detail: 'refused' }] }]],
    'group ill': [['verifyHost', { ...healthy, group: { healthy: false, detail: 'SYSVOL is not shared' } }]],
    'nothing left': [NOTHING_LEFT],
  });
});
afterAll(() => stage.close());

/** A turn of the run. */
function turnOf(name: string): SeenTurn {
  const turn = turns[name];
  if (turn === undefined) throw new Error(`No turn of the run is called ${name}`);
  return turn;
}

describe('a failure of a step', () => {
  test.each(ENDS)('%s with %s leaves the target %s and its steps and reason on record', (step, failure, state) => {
    const { entry } = turnOf(`${step} ${failure}`);
    expect(entry).toMatchObject({ state, outcome: { failure } });
    expect(entry.reason).toContain(failure);
    expect(entry.outcome?.steps.at(-1)?.endedAt ?? null).not.toBeNull();
  });

  test('that asks a person leaves maintenance mode on, with its end time, and the question on record', () => {
    const { entry, calls } = turnOf('awaitRestart RebootTimeout');
    expect(calls).not.toContain('endMaintenance');
    expect(Date.parse(entry.outcome?.own.maintenance?.until ?? '')).toBeGreaterThan(Date.now());
    expect(entry.outcome?.question).toBeTruthy();
  });

  test('that says nothing about the host asks a person once the host was changed, and leaves maintenance mode on', () => {
    const { entry, calls } = turnOf('rescan ShellFailure');
    expect(calls).not.toContain('endMaintenance');
    expect(entry.outcome?.question).toContain('says nothing about the host');
    expect(entry.outcome?.groupSafe).toBe(false);
  });

  test('that says nothing about the host asks nobody before that, and holds no other host up', () => {
    const { entry, calls } = turnOf('takeSnapshot ShellFailure');
    expect(calls.at(-1)).toBe('endMaintenance');
    expect(entry.outcome).toMatchObject({ question: null, groupSafe: true, own: { maintenance: null } });
  });

  test('that aborts ends maintenance mode, so that monitoring speaks again', () => {
    const { entry, calls } = turnOf('takeSnapshot SnapshotFailed');
    expect(calls.at(-1)).toBe('endMaintenance');
    expect(entry.outcome?.own.maintenance).toBeNull();
  });
});

describe('verifying', () => {
  test('asks when a probe fails or the group is not healthy', () => {
    expect(turnOf('probe fails').entry.outcome?.failure).toBe('ProbeFailed');
    expect(turnOf('group ill').entry.outcome).toMatchObject({ failure: 'GroupUnhealthy', groupSafe: false });
  });
});

describe('an installation that may take hours', () => {
  const limits = { ...quickPatchLimits, installMs: 3 * 60 * 60_000 };
  let turn: SeenTurn;
  beforeAll(async () => {
    const order: StepOrder = ['followInstall', 'ShellFailure', 'ShellFailure', 'ShellFailure', 'good'];
    turn = await takeTurn(stage, [order], {}, { limits });
  });

  test('is followed on when the worker that follows it fails', () => {
    expect(turn.entry.state).toBe('succeeded');
    expect(turn.calls.filter((call) => call === 'followInstall')).toHaveLength(4);
  });

  test('is followed for as long as it may take, whoever looks and however often, and waits for a worker meanwhile', async () => {
    const { events } = await stage.temporal.client.workflow.getHandle(hostTurnId(turn.entry.id)).fetchHistory();
    const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes);
    const following = scheduled.find((attributes) => attributes?.activityType?.name === 'followInstall');
    expect(following?.retryPolicy?.maximumAttempts).toBe(0);
    expect(following?.retryPolicy?.nonRetryableErrorTypes).not.toContain('ShellFailure');
    expect(Number(following?.scheduleToCloseTimeout?.seconds)).toBe(limits.installMs / 1000);
    expect(following?.scheduleToStartTimeout).toEqual(following?.scheduleToCloseTimeout);
  });

  test('has maintenance mode extended before it, where it could outlast it', () => {
    const { calls } = turn;
    expect(calls.filter((call) => call === 'startMaintenance')).toHaveLength(2);
    expect(calls.indexOf('startInstall')).toBeGreaterThan(calls.lastIndexOf('startMaintenance'));
  });
});

describe('what is not over when its time is up', () => {
  test('is looked at once more, and when that look cannot be made either it is unknown, with the time of the last one', async () => {
    const name = freshHost();
    stage.directed.order(name, 'followInstall', 'NotOver');
    stage.directed.order(name, 'awaitRestart', 'NotOver');
    const limits = { ...quickLimits, workerReturnMs: 300 };
    const own = { limits: { ...quickPatchLimits, installMs: 300 } };
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)], material: { limits }, own }));
    await run.result();
    const { outcome, reason } = await run.entry(name);
    expect(outcome).toMatchObject({ state: 'unknown', failure: 'StateUnknown' });
    expect(reason).toContain(`last look at ${SEEN.at}: 60 %, KB5000001`);
    expect(outcome?.question).toContain('Start a worker for its site');
    expect(stage.directed.requestOf(name, 'followInstall')).toMatchObject({ last: true });
  });
});

describe('a step that begins something', () => {
  test('has until the window closes; what looks at a host that was changed waits for a worker to return', async () => {
    const name = freshHost();
    const closesAt = new Date(Date.now() + 3_600_000).toISOString();
    const window = { opensAt: null, closesAt, timeZone: 'UTC', notes: [] };
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)], material: { window } }));
    await run.result();
    const { events } = await stage.temporal.client.workflow
      .getHandle(hostTurnId(`${name}.corp.example`))
      .fetchHistory();
    const limitsOf = (step: Step) => {
      const all = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes);
      const found = all.find((attributes) => attributes?.activityType?.name === step);
      return {
        start: Number(found?.scheduleToStartTimeout?.seconds),
        close: Number(found?.scheduleToCloseTimeout?.seconds),
      };
    };
    for (const step of ['startMaintenance', 'takeSnapshot', 'startInstall'] as const) {
      expect(limitsOf(step)).toMatchObject({ start: quickLimits.workerWaitMs / 1000 });
      expect(limitsOf(step).close).toBeLessThanOrEqual(3_600);
    }
    // Changed by now: a worker is waited for as long as a reboot may be asked for.
    expect(limitsOf('restartHost').start).toBe(limitsOf('restartHost').close);
    for (const step of ['rescan', 'verifyHost'] as const)
      expect(limitsOf(step).start).toBe(quickLimits.workerReturnMs / 1000);
  });
});

describe('a snapshot that the policy does not keep', () => {
  test('and that cannot be removed is handed over, and the host is patched all the same', async () => {
    const own = { snapshot: { take: 'when-possible', keepMs: 0 } } as const;
    const { entry } = await takeTurn(stage, [['removeSnapshot', 'SnapshotRemovalFailed']], {}, own);
    expect(entry.state).toBe('succeeded');
    expect(entry.outcome?.own.snapshot).not.toBeNull();
  });
});

describe('a host with nothing left to install', () => {
  test('is looked at and succeeds without maintenance mode, snapshot or reboot', () => {
    const { entry, calls } = turnOf('nothing left');
    expect(entry.state).toBe('succeeded');
    expect(calls).toEqual(['preflight', 'oldSnapshots', 'verifyHost']);
  });

  test('is rebooted all the same where the input says always', async () => {
    const { entry, calls } = await takeTurn(stage, [NOTHING_LEFT], {}, { reboot: 'always' });
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'restartHost')).toHaveLength(1);
    expect(calls.at(-1)).toBe('endMaintenance');
  });
});
