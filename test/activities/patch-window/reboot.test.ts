import { describe, expect, it } from 'vitest';
import { bootedAnew } from '../../../activities/patch-window/reboot.ts';
import { callsOf, lost, scriptedShell, threw, timedOut, unreachable } from './scripted-shell.ts';
import { failureOf, HOST, hostState, inventoryHost, MINUTE, situation, stepRequest } from './situation.ts';

const host = inventoryHost();
const bootTimeBefore = '2026-11-01T04:00:00Z';
const after = '2026-11-22T03:00:00Z';
const request = {
  ...stepRequest(host),
  bootTimeBefore,
  rebootMs: 60 * MINUTE,
  closesAt: new Date(Date.now() + 240 * MINUTE).toISOString(),
};
const servicing = { busy: false, servicing: true, rebootRequired: false, tasks: [] };

describe('restartHost', () => {
  it('asks with the boot time that it knows, the reason and its key', async () => {
    const shell = scriptedShell({ restartPatchHost: { requested: true, bootTime: bootTimeBefore } });
    expect(await situation(shell).run('restartHost', request)).toEqual({ requested: true });
    expect(callsOf(shell, 'restartPatchHost')).toEqual([
      {
        HostName: HOST,
        Key: `0193-run-key-1/patch/${HOST}/1/reboot/1`,
        BootTimeBefore: bootTimeBefore,
        Reason: 'CHG0001: November updates',
      },
    ]);
  });

  it.each([
    ['a connection that breaks', lost],
    ['an answer that does not come', timedOut],
    ['a shutdown in progress', threw({ hresult: '0x8007045B' })],
  ])('takes %s for a request that arrived', async (_, ending) => {
    const shell = scriptedShell({ restartPatchHost: ending });
    expect(await situation(shell).run('restartHost', request)).toEqual({ requested: true });
  });

  it.each([
    ['NotOver', unreachable],
    ['ScriptFailed', threw({ hresult: '0x80070005' })],
  ])('fails with %s when nothing was asked', async (type, ending) => {
    const shell = scriptedShell({ restartPatchHost: ending });
    expect((await failureOf(situation(shell).run('restartHost', request))).type).toBe(type);
  });

  it('waits for a host that is down, as it is when a lost worker asked for its reboot', async () => {
    const back = { requested: false, bootTime: after };
    const shell = scriptedShell({ restartPatchHost: [unreachable, unreachable, back] });
    expect(await situation(shell).follow('restartHost', request)).toEqual({ requested: false });
    expect(callsOf(shell, 'restartPatchHost')).toHaveLength(3);
  });

  describe('once the window has closed', () => {
    const closed = { ...request, closesAt: new Date(Date.now() - 1_000).toISOString() };

    it('asks for no reboot', async () => {
      const shell = scriptedShell({ getHostState: [unreachable, hostState({ bootTime: bootTimeBefore })] });
      expect((await failureOf(situation(shell).follow('restartHost', closed))).type).toBe('WindowClosing');
      expect(callsOf(shell, 'restartPatchHost')).toEqual([]);
    });

    it('sees the reboot that was asked for before', async () => {
      const shell = scriptedShell({ getHostState: [unreachable, hostState({ bootTime: after })] });
      expect(await situation(shell).follow('restartHost', closed)).toEqual({ requested: false });
    });
  });
});

describe('awaitRestart', () => {
  it('waits while the host is up, down, coming up and servicing', async () => {
    const shell = scriptedShell({
      getHostState: [
        hostState(),
        lost,
        unreachable,
        threw({}),
        hostState({ bootTime: after, installer: servicing }),
        hostState({ bootTime: after }),
      ],
    });
    const here = situation(shell);
    expect(await here.follow('awaitRestart', request)).toEqual({ bootTime: after });
    expect(callsOf(shell, 'getHostState')).toHaveLength(6);
    expect(JSON.stringify(here.heartbeats)).toContain('servicing has not finished');
  });

  it.each([
    ['it has not gone down yet', hostState()],
    ['it does not answer', unreachable],
    ['servicing has not finished', hostState({ bootTime: after, installer: servicing })],
  ])('asks at its last look when %s', async (seen, answer) => {
    const shell = scriptedShell({ getHostState: answer });
    const failure = await failureOf(situation(shell).run('awaitRestart', { ...request, last: true }));
    expect(failure).toMatchObject({ type: 'RebootTimeout', retryable: false });
    expect(failure.question).toContain(seen);
  });

  it.each([
    ['2026-11-01T04:00:01.900Z', false],
    ['2026-11-01T05:00:00+01:00', false],
    ['2026-11-01T04:00:02.100Z', true],
    ['2026-11-01T03:59:00Z', true],
  ])('compares instants: %s is another boot: %s', (now, anew) => {
    expect(bootedAnew(bootTimeBefore, now)).toBe(anew);
  });
});
