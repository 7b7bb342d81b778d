import { describe, expect, it } from 'vitest';
import { finished, follow, following, installed } from './installation.ts';
import { busy, callsOf, lost, scriptedShell, shellFailed, unreachable } from './scripted-shell.ts';
import { failureOf, hostState, situation } from './situation.ts';

describe('following an installation that cannot be seen for a while', () => {
  it('waits for a host that does not answer for a moment', async () => {
    const shell = scriptedShell(
      following({ getUpdateProgress: [lost, unreachable, finished], getUpdateResult: [unreachable, installed] }),
    );
    expect(await situation(shell).run('followInstall', follow())).toMatchObject({ installed: 2 });
  });

  it('says that the host was lost when it stays silent longer than a reboot may take', async () => {
    const shell = scriptedShell(following({ getUpdateProgress: unreachable }));
    const failure = await failureOf(situation(shell).run('followInstall', follow({ rebootMs: 20 })));
    expect(failure).toMatchObject({ type: 'HostLost', retryable: false });
    expect(callsOf(shell, 'getUpdateProgress').length).toBeGreaterThan(1);
  });

  it('looks again when its worker is too busy to look, longer than it bears silence', async () => {
    const started = Date.now();
    const shell = scriptedShell(
      following({
        getUpdateProgress: () => (Date.now() < started + 60 ? busy : finished),
        getUpdateResult: [busy, installed],
        removeUpdateTask: [busy, { removed: true }],
      }),
    );
    const here = situation(shell);
    expect(await here.run('followInstall', follow({ rebootMs: 20 }))).toMatchObject({ installed: 2 });
    expect(callsOf(shell, 'removeUpdateTask')).toHaveLength(2);
    expect(here.heartbeats).toContainEqual({ percent: 0, current: 'this worker is too busy to look, waiting for it' });
  });

  it('does not take the time in which nobody could look for silence of the host', async () => {
    const started = Date.now();
    const getUpdateProgress = () => (Date.now() < started + 60 ? busy : unreachable);
    const shell = scriptedShell(following({ getUpdateProgress }));
    const failure = await failureOf(situation(shell).run('followInstall', follow({ rebootMs: 40 })));
    expect(failure.type).toBe('HostLost');
    expect(Date.now() - started).toBeGreaterThanOrEqual(90);
  });

  it('asks, and does not say that the host was lost, when nobody could look until the installation had its time', async () => {
    const shell = scriptedShell(following({ getUpdateProgress: busy }));
    const failure = await failureOf(situation(shell).run('followInstall', follow({ rebootMs: 10, installMs: 20 })));
    expect(failure).toMatchObject({ type: 'PowerShellBusy', retryable: false });
    expect(failure.question).toContain('did its installation end');
  });

  it('leaves PowerShell that failed on its worker to another attempt, on another worker where there is one', async () => {
    const shell = scriptedShell(following({ getUpdateProgress: shellFailed }));
    const failure = await failureOf(situation(shell).run('followInstall', follow()));
    expect(failure).toMatchObject({ type: 'ShellFailure', retryable: true });
  });

  it('keeps what a task said when the look at the installer after it is refused at first', async () => {
    const getUpdateProgress = { ...finished, error: { hresult: '0x80240016', message: 'it stopped' } };
    const installer = { busy: true, servicing: false, rebootRequired: false };
    const getHostState = [busy, unreachable, hostState({ installer })];
    const shell = scriptedShell(following({ getUpdateProgress, getHostState }));
    const failure = await failureOf(situation(shell).run('followInstall', follow()));
    expect(failure).toMatchObject({ type: 'UpdateBusy', retryable: false });
  });
});
