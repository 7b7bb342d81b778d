import { describe, expect, it } from 'vitest';
import { scriptedShell, unreachable } from './scripted-shell.ts';
import { failureOf, hostState, inventoryHost, planned, situation } from './situation.ts';

const host = { ...inventoryHost(), probes: [] };
const request = { ...planned(host), silentMs: 60_000 };
const installing = { busy: false, servicing: false, rebootRequired: false, tasks: ['fettle-app01-install-1'] };
const good = hostState();

/** How a look ends, of a host that answers so. */
async function look(answers: Parameters<typeof scriptedShell>[0]['getHostState'], more: object = {}) {
  return await situation(scriptedShell({ getHostState: answers ?? good }), [host]).run('lookAfter', {
    ...request,
    ...more,
  });
}

describe('after a turn that nobody saw the end of, a host', () => {
  it('is looked at again while an update task of ours runs, servicing goes on or it is silent', async () => {
    const servicing = { ...installing, tasks: [], servicing: true };
    for (const state of [hostState({ installer: installing }), hostState({ installer: servicing }), unreachable])
      expect((await failureOf(look(state))).type).toBe('NotOver');
  });

  it('that is well leaves nothing to say', async () => {
    expect(await look(good)).toEqual({ unfit: [] });
  });

  it('whose service is down is not fit for its group', async () => {
    const stopped = { name: 'W3SVC', state: 'Stopped', startType: 'Automatic' } as const;
    const found = situation(scriptedShell({ getHostState: hostState({ services: [stopped] }) }), [
      { ...host, services: ['W3SVC'] },
    ]).run('lookAfter', { ...request, ...planned({ ...host, services: ['W3SVC'] }) });
    expect(await found).toEqual({ unfit: [`${host.name}: service W3SVC is Stopped`] });
  });

  it('that stays silent for longer than a reboot may take is told as such, and so is what runs at the last look', async () => {
    expect((await failureOf(look(unreachable, { silentMs: 0 }))).type).toBe('HostUnreachable');
    expect((await failureOf(look(hostState({ installer: installing }), { last: true }))).type).toBe('TaskRunning');
  });

  it('is not touched by the next turn before its task has ended', async () => {
    const shell = scriptedShell({
      getHostState: hostState({ installer: installing }),
      getUpdateState: { lastScanAt: new Date().toISOString(), offered: [], installed: [] },
      getHostRole: { cluster: null, availabilityGroups: [], domainController: null, guests: [] },
    });
    const { type, message } = await failureOf(situation(shell, [host]).run('preflight', planned(host)));
    expect([type, message]).toEqual(['TaskRunning', expect.stringContaining('fettle-app01-install-1')]);
  });
});
