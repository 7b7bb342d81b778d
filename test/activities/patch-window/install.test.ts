import { CancelledFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import {
  entry,
  finished,
  follow,
  following,
  host,
  installed,
  progress,
  result,
  TASK_NAME,
  updates,
} from './installation.ts';
import { brokenOff, callsOf, scriptedShell, shellFailed, threw } from './scripted-shell.ts';
import { failureOf, HOST, hostState, MINUTE, OTHER_UPDATE, situation, stepRequest, UPDATE } from './situation.ts';

const begin = { ...stepRequest(host), installMs: 120 * MINUTE, updates };

describe('startInstall', () => {
  it('starts a task that is named after run, stage, host, turn and round, with exactly these revisions', async () => {
    const startedAt = new Date().toISOString();
    const shell = scriptedShell({ startUpdateInstall: { taskName: TASK_NAME, startedAt, existed: true } });
    const request = { ...stepRequest(host, { round: 2 }), installMs: 120 * MINUTE, updates };
    expect(await situation(shell).run('startInstall', request)).toEqual({ taskName: TASK_NAME, startedAt, updates });
    expect(callsOf(shell, 'startUpdateInstall')).toEqual([
      {
        HostName: HOST,
        TaskName: TASK_NAME,
        Key: `0193-run-key-1/patch/${HOST}/1/install/2`,
        Updates: updates.map(({ id, revision }) => ({ id, revision })),
        TimeLimitMinutes: 120,
      },
    ]);
  });

  it.each([
    { rebootRequired: true, busy: false, servicing: false, type: 'UpdateNeedsReboot', retryable: false },
    { rebootRequired: true, busy: true, servicing: false, type: 'UpdateBusy', retryable: true },
    { rebootRequired: true, busy: false, servicing: true, type: 'UpdateBusy', retryable: true },
    { rebootRequired: false, busy: false, servicing: false, type: 'UpdateBusy', retryable: true },
  ])(
    'reads 0x80240016 by the installer: $rebootRequired, $busy, $servicing',
    async ({ type, retryable, ...installer }) => {
      const shell = scriptedShell({
        startUpdateInstall: threw({ hresult: '0x80240016' }),
        getHostState: hostState({ installer: { ...installer, tasks: [] } }),
      });
      const failure = await failureOf(situation(shell).run('startInstall', begin));
      expect(failure).toMatchObject({ type, retryable, hresult: '0x80240016' });
    },
  );

  it.each([
    ['0x80240009', 'UpdateBusy', true],
    ['0x8024001E', 'UpdateShuttingDown', true],
    ['0x8024402C', 'UpdateSourceUnreachable', true],
    ['0x80070070', 'LowDisk', false],
  ])('makes %s %s', async (hresult, type, retryable) => {
    const shell = scriptedShell({ startUpdateInstall: threw({ hresult }) });
    const failure = await failureOf(situation(shell).run('startInstall', begin));
    expect(failure).toMatchObject({ type, retryable });
  });
});

describe('followInstall', () => {
  it('reports progress in heartbeats, then what the history says, and removes the task', async () => {
    const shell = scriptedShell(
      following({
        getUpdateProgress: [progress({ percent: 40, current: 'Update KB5000001' }), finished],
        getUpdateResult: installed,
      }),
    );
    const here = situation(shell);
    const report = await here.follow('followInstall', follow());
    expect(report).toMatchObject({ installed: 2, rebootRequired: true });
    expect(here.heartbeats).toContainEqual(
      expect.objectContaining({ percent: 40, current: 'Update KB5000001', looks: 1 }),
    );
    expect(callsOf(shell, 'removeUpdateTask')).toEqual([{ HostName: HOST, TaskName: TASK_NAME }]);
  });

  it('puts an update that failed, and one that left no trace, into the report', async () => {
    const third = { id: '33333333-3333-4333-8333-333333333333', revision: 1, kb: 'KB5000003' };
    const getUpdateResult = result([entry(UPDATE, 'succeeded'), entry(OTHER_UPDATE, 'failed', '0x80070643')]);
    const request = follow();
    request.task.updates = [...updates, third];
    const report = await situation(scriptedShell(following({ getUpdateResult }))).run('followInstall', request);
    expect(report.updates).toEqual([
      { kb: 'KB5000001', id: UPDATE.id, outcome: 'installed', detail: '' },
      { kb: 'KB5000002', id: OTHER_UPDATE.id, outcome: 'failed', detail: '0x80070643' },
      { kb: 'KB5000003', id: third.id, outcome: 'not-attempted', detail: '' },
    ]);
  });

  it('believes the history and not the task: an error after everything was installed is none', async () => {
    const getUpdateProgress = { ...finished, error: { hresult: '0x80240009', message: 'busy' } };
    const shell = scriptedShell(following({ getUpdateProgress, getUpdateResult: installed }));
    expect(await situation(shell).run('followInstall', follow())).toMatchObject({ installed: 2 });
  });

  it.each([
    ['0x80240009', 'UpdateBusy'],
    ['0x8024001E', 'UpdateShuttingDown'],
    ['0x80072EE2', 'UpdateSourceUnreachable'],
    ['0x80070070', 'LowDisk'],
    ['0x80248007', 'UpdateFailed'],
  ])('fails with the meaning of a task error %s, and not to be followed again', async (hresult, type) => {
    const getUpdateProgress = { ...finished, error: { hresult, message: 'it stopped' } };
    const shell = scriptedShell(following({ getUpdateProgress }));
    const failure = await failureOf(situation(shell).run('followInstall', follow()));
    expect(failure).toMatchObject({ type, hresult, retryable: false });
    expect(callsOf(shell, 'removeUpdateTask')).toHaveLength(1);
  });

  it('sees one cause when every update failed with the same HRESULT of the agent', async () => {
    const failed = [entry(UPDATE, 'failed', '0x80240016'), entry(OTHER_UPDATE, 'failed', '0x80240016')];
    const installer = { busy: false, servicing: false, rebootRequired: true, tasks: [] };
    const shell = scriptedShell(following({ getUpdateResult: result(failed), getHostState: hostState({ installer }) }));
    const failure = await failureOf(situation(shell).run('followInstall', follow()));
    expect(failure).toMatchObject({ type: 'UpdateNeedsReboot', retryable: false });
  });

  it('holds nothing while it is not over: it comes again after the time between two looks, and nothing is wrong', async () => {
    const shell = scriptedShell(following({ getUpdateProgress: progress({ percent: 60, current: 'KB5000001' }) }));
    const here = situation(shell);
    const looked = here.run('followInstall', follow({ pollMs: 15_000 }));
    await expect(looked).rejects.toMatchObject({ type: 'NotOver', nextRetryDelay: 15_000, category: 'BENIGN' });
    await expect(looked).rejects.toThrow('60 %, KB5000001');
    expect(callsOf(shell, 'getUpdateProgress')).toHaveLength(1);
  });

  it('asks at its last look when it is not over, says what it saw and when, and leaves the task alone', async () => {
    const shell = scriptedShell(following({ getUpdateProgress: progress({ percent: 60 }) }));
    const failure = await failureOf(situation(shell).run('followInstall', { ...follow(), last: true }));
    expect(failure).toMatchObject({ type: 'InstallTimeout', retryable: false });
    expect(failure.question).toContain(TASK_NAME);
    expect(failure.message).toContain(`Last look at ${new Date().toISOString().slice(0, 10)}`);
    expect(callsOf(shell, 'removeUpdateTask')).toEqual([]);
  });

  it('takes the result of a task that an earlier attempt removed already', async () => {
    const getUpdateProgress = { ...finished, state: 'missing' as const };
    const shell = scriptedShell(following({ getUpdateProgress, getUpdateResult: installed }));
    expect(await situation(shell).run('followInstall', follow())).toMatchObject({ installed: 2 });
  });

  it('does not guess about a task that is gone without a trace', async () => {
    const getUpdateProgress = { ...finished, state: 'missing' as const };
    const failure = await failureOf(
      situation(scriptedShell(following({ getUpdateProgress }))).run('followInstall', follow()),
    );
    expect(failure.type).toBe('StateUnknown');
  });

  it('reports a task that ended without a word as not attempted, for the rescan to tell', async () => {
    const report = await situation(scriptedShell(following({}))).run('followInstall', follow());
    expect(report.installed).toBe(0);
    expect(report.updates.map(({ outcome }) => outcome)).toEqual(['not-attempted', 'not-attempted']);
  });

  it.each([
    ['cannot be removed', threw({})],
    ['nobody comes to remove', shellFailed],
  ])('does not hide what was installed behind a task that %s', async (_which, removeUpdateTask) => {
    const shell = scriptedShell(following({ getUpdateResult: installed, removeUpdateTask }));
    expect(await situation(shell).run('followInstall', follow())).toMatchObject({ installed: 2 });
  });

  it('ends as cancelled when a call is broken off by the cancellation', async () => {
    const shell = scriptedShell(
      following({
        getUpdateProgress: () => {
          here.environment.cancel();
          return brokenOff;
        },
      }),
    );
    const here = situation(shell);
    await expect(here.run('followInstall', follow())).rejects.toBeInstanceOf(CancelledFailure);
  });
});
