import { describe, expect, it } from 'vitest';
import { callsOf, scriptedShell, unreachable } from './scripted-shell.ts';
import { failureOf, HOST, hostState, inventoryHost, MINUTE, planned, situation, stepRequest } from './situation.ts';

/** What was planned of the host, whose owner is another one by now. */
const entry = inventoryHost();
const changed = [inventoryHost({ owner: 'Somebody Else' })];
const request = stepRequest(entry);
const closesAt = new Date(Date.now() + 240 * MINUTE).toISOString();
const task = { taskName: 'fettle-app01-install-1', startedAt: '2026-11-22T01:00:00Z', updates: [] };
const updates = [{ id: '11111111-1111-4111-8111-111111111111', revision: 1, kb: 'KB5000001' }];
const install = { ...request, updates, installMs: 60 * MINUTE };
const before = '2026-11-01T04:00:00Z';
const reboot = { ...request, bootTimeBefore: before, rebootMs: 60 * MINUTE, closesAt };
const snapshot = {
  endpoint: 'vcenter.corp.example',
  vmId: 'vm-1',
  datastore: 'ssd01',
  name: 'fettle-1',
  keepUntil: '',
};

describe('a host whose inventory entry changed since the plan was made', () => {
  it.each([
    ['preflight', planned(entry)],
    ['startMaintenance', { ...request, until: closesAt }],
    ['takeSnapshot', { ...request, keepMs: 1, datastore: { datastoreFreeGb: 1, datastoreSnapshots: 9 } }],
    ['removeSnapshot', { ...request, snapshot }],
    ['startInstall', install],
    ['startService', { ...request, service: 'W3SVC' }],
  ] as const)('is refused by %s before anything is sent', async (name, asked) => {
    const shell = scriptedShell({});
    const refused = await failureOf(situation(shell, changed).run(name, asked));
    expect(refused).toMatchObject({ type: 'TargetChanged', nothingSent: true });
    expect(shell.calls).toEqual([]);
  });

  it('is asked for no reboot, and one that happened is seen', async () => {
    const shell = scriptedShell({ getHostState: [hostState({ bootTime: before }), hostState()] });
    const here = situation(shell, changed);
    expect(await failureOf(here.run('restartHost', reboot))).toMatchObject({ type: 'TargetChanged' });
    const later = scriptedShell({ getHostState: [unreachable, hostState({ bootTime: closesAt })] });
    expect(await situation(later, changed).follow('restartHost', reboot)).toEqual({ requested: false });
    expect(callsOf(shell, 'restartPatchHost')).toEqual([]);
  });

  it('takes over what an earlier attempt may have begun', async () => {
    const started = { taskName: 'fettle-app01-install-1', startedAt: '2026-11-22T01:00:00Z', existed: true };
    const here = situation(scriptedShell({ startUpdateInstall: started }), changed, undefined, undefined, 2);
    expect(await here.run('startInstall', install)).toMatchObject({ taskName: 'fettle-app01-install-1' });
  });

  it('is looked at and followed as it is now, and the step says so', async () => {
    const shell = scriptedShell({ getHostState: hostState({ bootTime: closesAt }), getEventExcerpt: { events: [] } });
    const here = situation(shell, changed);
    await here.run('awaitRestart', reboot);
    await here.run('eventExcerpt', { ...request, turnStartedAt: before });
    expect(here.notes).toEqual([`The inventory entry of ${HOST} changed since the plan was made.`]);
  });
});

it('a host that the inventory no longer has is not reached at all', async () => {
  const nobody = situation(scriptedShell({}), []);
  const follow = { ...install, task, rebootMs: MINUTE };
  expect(await failureOf(nobody.run('followInstall', follow))).toMatchObject({ type: 'TargetChanged' });
});
