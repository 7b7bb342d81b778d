import { describe, expect, it } from 'vitest';
import { finished, follow, following, installed } from './installation.ts';
import { callsOf, lost, scriptedShell, shellFailed, threw, unreachable } from './scripted-shell.ts';
import { failureOf, hostState, situation } from './situation.ts';

describe('following an installation that cannot be seen for a while', () => {
  it('waits for a host that does not answer for a moment', async () => {
    const shell = scriptedShell(
      following({ getUpdateProgress: [lost, unreachable, finished], getUpdateResult: [unreachable, installed] }),
    );
    expect(await situation(shell).follow('followInstall', follow())).toMatchObject({ installed: 2 });
  });

  it('looks again after a look whose script failed: the installation goes on all the same', async () => {
    const shell = scriptedShell(
      following({ getUpdateProgress: [threw({ hresult: '0x80004005' }), finished], getUpdateResult: installed }),
    );
    expect(await situation(shell).follow('followInstall', follow())).toMatchObject({ installed: 2 });
  });

  it('says that the host was lost when it stays silent longer than a reboot may take', async () => {
    const shell = scriptedShell(following({ getUpdateProgress: unreachable }));
    const failure = await failureOf(situation(shell).follow('followInstall', follow({ rebootMs: 20 })));
    expect(failure).toMatchObject({ type: 'HostLost', retryable: false });
    expect(callsOf(shell, 'getUpdateProgress').length).toBeGreaterThan(1);
  });

  it('leaves PowerShell that failed on its worker to another attempt, on another worker where there is one', async () => {
    const shell = scriptedShell(following({ getUpdateProgress: shellFailed }));
    const failure = await failureOf(situation(shell).follow('followInstall', follow()));
    expect(failure).toMatchObject({ type: 'ShellFailure', retryable: true });
  });

  it('keeps what a task said when the look at the installer after it is refused at first', async () => {
    const getUpdateProgress = { ...finished, error: { hresult: '0x80240016', message: 'it stopped' } };
    const installer = { busy: true, servicing: false, rebootRequired: false, tasks: [] };
    const getHostState = [unreachable, hostState({ installer })];
    const shell = scriptedShell(following({ getUpdateProgress, getHostState }));
    const failure = await failureOf(situation(shell).follow('followInstall', follow()));
    expect(failure).toMatchObject({ type: 'UpdateBusy', retryable: false });
  });
});
