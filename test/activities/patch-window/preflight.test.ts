import { describe, expect, it } from 'vitest';
import { scriptedShell } from './scripted-shell.ts';
import type { Script } from './scripted-shell.ts';
import {
  failureOf,
  HOST,
  hostState,
  inventoryHost,
  NO_ROLES,
  offered,
  OTHER_UPDATE,
  situation,
  planned,
  UPDATE,
} from './situation.ts';

const now = () => new Date().toISOString();

function answers(changes: Script = {}): Script {
  return {
    getHostState: hostState(),
    getHostRole: NO_ROLES,
    getUpdateState: { lastScanAt: now(), offered: [offered(UPDATE)], installed: [] },
    ...changes,
  };
}

describe('preflight', () => {
  it('hands on boot time, the automatic services that run, and what of the frozen set is still offered', async () => {
    const services = [
      { name: 'W3SVC', state: 'Running', startType: 'Automatic' },
      { name: 'Delayed', state: 'Running', startType: 'AutomaticDelayedStart' },
      { name: 'ByHand', state: 'Running', startType: 'Manual' },
      { name: 'Down', state: 'Stopped', startType: 'Automatic' },
      { name: 'CDPUserSvc_4f2a1', state: 'Running', startType: 'Automatic' },
    ] as const;
    const shell = scriptedShell(
      answers({
        getHostState: hostState({ services }),
        getUpdateState: {
          lastScanAt: now(),
          offered: [offered(UPDATE), offered({ ...OTHER_UPDATE, revision: 101 })],
          installed: [],
        },
      }),
    );
    const baseline = await situation(shell).run('preflight', planned(inventoryHost()));
    expect(baseline).toMatchObject({
      bootTime: '2026-11-01T04:00:00Z',
      runningServices: ['W3SVC', 'Delayed'],
      toInstall: [{ ...UPDATE, rebootRequired: true }],
      simulated: ['powershell', 'plant'],
    });
    expect(baseline.updates.map(({ kb }) => kb)).toEqual(['KB5000001', 'KB5000002']);
  });

  it('refuses a target that left the inventory or whose entry changed', async () => {
    const request = planned(inventoryHost());
    const gone = situation(scriptedShell(answers()), []);
    expect(await failureOf(gone.run('preflight', request))).toMatchObject({ type: 'TargetChanged', host: HOST });
    const moved = situation(scriptedShell(answers()), [inventoryHost({ tags: ['moved'] })]);
    expect(await failureOf(moved.run('preflight', request))).toMatchObject({ type: 'TargetChanged', host: HOST });
  });

  it('fails with the first objection and tells all of them', async () => {
    const shell = scriptedShell(
      answers({ getHostState: hostState({ freeDiskMb: 100, pendingReboot: ['file-rename'] }) }),
    );
    const failure = await failureOf(situation(shell).run('preflight', planned(inventoryHost())));
    expect(failure.type).toBe('PendingReboot');
    expect(failure.message).toContain('100 MB free');
  });

  it('asks who must act when the host holds a primary replica', async () => {
    const host = inventoryHost({ roles: ['availability-group'], redundancyGroup: 'ag-1' });
    const group = {
      name: 'AG1',
      localRole: 'PRIMARY' as const,
      primaryReplica: HOST,
      partnerReplica: 'sql02.corp.example',
    };
    const shell = scriptedShell(
      answers({ getHostRole: { ...NO_ROLES, availabilityGroups: [{ ...group, databases: [] }] } }),
    );
    const failure = await failureOf(situation(shell, [host]).run('preflight', planned(host)));
    expect(failure).toMatchObject({ type: 'AvailabilityGroupPrimary', retryable: false });
    expect(failure.question).toContain('Fail availability group AG1 over');
  });

  it('does not start a turn that no longer fits before the window closes', async () => {
    const request = planned(inventoryHost());
    request.closesAt = new Date(Date.now() + 59 * 60_000).toISOString();
    const failure = await failureOf(situation(scriptedShell(answers())).run('preflight', request));
    expect(failure.type).toBe('WindowClosing');
  });

  it('warns of an installation that runs already', async () => {
    const installer = { busy: true, servicing: false, rebootRequired: false, tasks: [] };
    const shell = scriptedShell(answers({ getHostState: hostState({ installer }) }));
    const { warnings } = await situation(shell).run('preflight', planned(inventoryHost()));
    expect(warnings).toEqual([expect.stringContaining('another installation runs')]);
  });
});
