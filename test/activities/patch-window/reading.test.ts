import { CancelledFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import { callsOf, Ending, scriptedShell, shellFailed, threw, unreachable } from './scripted-shell.ts';
import type { Script } from './scripted-shell.ts';
import {
  failureOf,
  HOST,
  hostState,
  inventoryHost,
  LIMITS,
  NO_ROLES,
  offered,
  OTHER_UPDATE,
  planned,
  situation,
  stepRequest,
  UPDATE,
} from './situation.ts';

const at = new Date().toISOString();
const readable: Script = {
  getHostState: hostState(),
  getHostRole: NO_ROLES,
  getUpdateState: { lastScanAt: at, offered: [offered(UPDATE)], installed: [] },
};

describe('surveyHosts', () => {
  const names = ['app01', 'app02', 'app03', 'app04', 'app05', 'app06'].map((label) => `${label}.corp.example`);
  const hosts = names.map((name) => inventoryHost({ name }));

  it('answers for every host in the order in which they were named, and never fails for one', async () => {
    const shell = scriptedShell({
      ...readable,
      getHostState: ({ HostName }) =>
        HostName === names[1] ? unreachable : HostName === names[2] ? threw({}) : hostState(),
    });
    const here = situation(shell, hosts);
    const asked = [...names, 'gone.corp.example'];
    const answers = await here.run('surveyHosts', { items: asked, limits: LIMITS });
    expect(answers.map(({ id, status }) => [id, status])).toEqual([
      [names[0], 'read'],
      [names[1], 'unreachable'],
      [names[2], 'unreadable'],
      [names[3], 'read'],
      [names[4], 'read'],
      [names[5], 'read'],
      ['gone.corp.example', 'unreadable'],
    ]);
    expect(answers.every(({ simulated }) => simulated.includes('plant'))).toBe(true);
    expect(here.heartbeats).toHaveLength(asked.length);
  });

  it('asks for as many tries as a step has while its worker is in trouble, and says that of no host', async () => {
    const shell = scriptedShell({ ...readable, getHostState: [shellFailed, shellFailed, hostState()] });
    const [answer] = await situation(shell).run('surveyHosts', { items: [HOST], limits: LIMITS });
    expect(answer).toMatchObject({ status: 'read' });
    const never = scriptedShell({ ...readable, getHostState: shellFailed });
    const [left] = await situation(never).run('surveyHosts', { items: [HOST], limits: LIMITS });
    expect(left).toMatchObject({ status: 'unreadable' });
    expect(callsOf(never, 'getHostState')).toHaveLength(LIMITS.retryAttempts);
  });

  it.each([['a host that cannot be reached', unreachable]])('tries twice: %s', async (_case, first) => {
    const shell = scriptedShell({ ...readable, getHostState: [first, hostState()] });
    const [answer] = await situation(shell).run('surveyHosts', { items: [HOST], limits: LIMITS });
    expect(answer).toMatchObject({ status: 'read', facts: { host: HOST, offered: [{ kb: 'KB5000001' }] } });
    expect(callsOf(shell, 'getHostState')).toHaveLength(2);
  });

  it('ends as cancelled when it is cancelled', async () => {
    const here = situation(scriptedShell({ ...readable, getHostState: unreachable }));
    here.environment.cancel();
    const ended = here.run('surveyHosts', { items: [HOST], limits: { ...LIMITS, retryFirstMs: 60_000 } });
    await expect(ended).rejects.toBeInstanceOf(CancelledFailure);
  });
});

describe('confirmRoles', () => {
  const host = inventoryHost({ roles: ['failover-cluster'], redundancyGroup: 'cluster-1' });
  const node = { name: 'C1', nodeState: 'Paused' as const, drained: true, ownedGroups: [], quorumSurvivesLoss: true };
  const request = stepRequest(host);

  it('says what the host is now', async () => {
    const shell = scriptedShell({ getHostRole: { ...NO_ROLES, cluster: node } });
    const here = situation(shell, [host]);
    expect(await here.run('confirmRoles', { ...request, before: 'install' })).toBe('node Paused of cluster C1');
  });

  it('logs what a script said beside its result with the run and the step that it belongs to', async () => {
    const logged: unknown[] = [];
    const silent = () => undefined;
    const log = { debug: silent, info: silent, warn: (_message: string, fields?: object) => void logged.push(fields) };
    const said = [{ kind: 'warning', text: 'careful' } as const];
    const shell = scriptedShell({ getHostRole: new Ending({ kind: 'lost', message: 'gone', said }) });
    await failureOf(situation(shell, [host], [], log).run('confirmRoles', { ...request, before: 'install' }));
    const step = { workflowId: expect.any(String), activityType: expect.any(String), attempt: 1 };
    expect(logged).toMatchObject([{ script: 'Get-HostRole', host: HOST, said, ...step }]);
  });

  it.each(['install', 'reboot'] as const)('refuses a node that took a group back before the %s', async (before) => {
    const shell = scriptedShell({ getHostRole: { ...NO_ROLES, cluster: { ...node, ownedGroups: ['SQL'] } } });
    const failure = await failureOf(situation(shell, [host]).run('confirmRoles', { ...request, before }));
    expect(failure).toMatchObject({ type: 'UseCau', host: HOST });
  });
});

describe('rescan', () => {
  const THIRD = { id: '33333333-3333-4333-8333-333333333333', revision: 1, kb: 'KB5000003' };
  type Entry = { result: 'succeeded' | 'failed'; hresult: string } & typeof UPDATE;

  async function rescan(offers: (typeof UPDATE)[], history: Entry[], turnStartedAt = at) {
    const shell = scriptedShell({
      getHostState: hostState({ pendingReboot: ['windows-update'] }),
      getUpdateState: { lastScanAt: at, offered: offers.map(offered), installed: [] },
      getUpdateResult: { history: history.map((entry) => ({ ...entry, at })), installed: [], rebootRequired: true },
    });
    const report = await situation(shell).run('rescan', { ...planned(inventoryHost()), turnStartedAt });
    return { report, asked: callsOf(shell, 'getUpdateResult')[0] };
  }

  it('keeps approved and other updates apart', async () => {
    const { report } = await rescan([UPDATE, THIRD], []);
    expect(report.left).toEqual([{ ...UPDATE, rebootRequired: true }]);
    expect(report.others).toEqual(['KB5000003 Update KB5000003']);
    expect(report.pendingReboot).toEqual(['windows-update']);
  });

  it('tells of each approved update what the history and the offer show together', async () => {
    const entry = { hresult: '0x00000000', result: 'succeeded' } as const;
    const history = [UPDATE, OTHER_UPDATE].map((update) => ({ ...update, ...entry }));
    const { report } = await rescan([OTHER_UPDATE], history);
    expect(report.updates).toEqual([
      { kb: 'KB5000001', id: UPDATE.id, outcome: 'installed', detail: '' },
      { kb: 'KB5000002', id: OTHER_UPDATE.id, outcome: 'failed', detail: 'offered again after it was installed' },
    ]);
  });

  it('asks the history from the start of the turn on, give or take what two clocks differ by', async () => {
    const { report, asked } = await rescan([UPDATE], [], '2026-11-10T22:00:00.000Z');
    expect(asked).toMatchObject({ Since: '2026-11-10T21:55:00.000Z' });
    expect(report.updates[0]).toMatchObject({ outcome: 'not-attempted' });
  });

  it('keeps the HRESULT of an update that failed and is still offered', async () => {
    const { report } = await rescan([UPDATE], [{ ...UPDATE, hresult: '0x80070643', result: 'failed' }]);
    expect(report.updates[0]).toMatchObject({ outcome: 'failed', detail: '0x80070643' });
  });
});
