import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { boundToPlan, nothingSent } from '../../../activities/step/bound.ts';
import { callHost } from '../../../activities/step/call.ts';
import type { FailureDetail } from '../../../model/failures.ts';
import { cutHashes } from '../../../model/scripts.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';
import { scriptedShell } from '../patch-window/scripted-shell.ts';
import { HOST, hostState, inventoryHost, LIMITS } from '../patch-window/situation.ts';

const PLANNED: Record<string, string> = Object.fromEntries(
  [
    'Get-HostState.ps1',
    'Restart-PatchHost.ps1',
    'call-function.ps1',
    'dispatcher.ps1',
    'modules/windows',
    'runner.psm1',
  ].map((file, index) => [file, String(index).repeat(64)]),
);
const allowed = Object.fromEntries(Object.entries(cutHashes(PLANNED)).map(([file, hash]) => [file, [hash]]));
const OTHER = 'f'.repeat(64);
const host = inventoryHost();

type Call = 'look' | 'start service' | 'reboot';

/** Makes these calls in one activity on a worker that carries these scripts; tells what was sent, and what it failed with. */
async function calls(made: Call[], here: Record<string, string>, request: object = { scripts: allowed }, attempt = 1) {
  const shell = scriptedShell({
    getHostState: hostState(),
    startHostService: { name: 'W3SVC', state: 'Running', startType: 'Automatic' },
    restartPatchHost: { requested: true, bootTime: '2026-11-01T04:00:00Z' },
  });
  const organisation = () => ({
    inventory: { hosts: [host], endpoints: [] },
    sites: [],
    policies: { limits: LIMITS, maxConcurrency: 10 },
    settings: {},
  });
  const site = { shell, organisation, scripts: here };
  const { restartPatchHost, startHostService, getHostState } = SCRIPTS;
  const reboot = { HostName: HOST, Key: 'key', BootTimeBefore: '2026-11-01T04:00:00Z', Reason: 'a test' };
  const one: Record<Call, () => Promise<unknown>> = {
    look: () => callHost(site, getHostState, host, { parameters: { HostName: HOST } }),
    'start service': () => callHost(site, startHostService, host, { parameters: { HostName: HOST, Name: 'W3SVC' } }),
    reboot: () => callHost(site, restartPatchHost, host, { parameters: reboot }),
  };
  const activity = boundToPlan(async () => {
    for (const call of made) await one[call]();
    return nothingSent();
  });
  const environment = new MockActivityEnvironment({ attempt });
  const ended = await environment
    .run<[unknown], unknown, typeof activity>(activity, request)
    .catch((error: unknown) => error);
  const failed = ended instanceof ApplicationFailure ? ended : null;
  const detail = failed?.details?.[0] as FailureDetail | undefined;
  return { sent: shell.calls.length, type: failed?.type, message: failed?.message ?? '', ended, ...detail };
}

describe('a call on behalf of a plan', () => {
  it('is made where the worker carries what was planned', async () => {
    expect(await calls(['look', 'start service', 'reboot'], PLANNED)).toMatchObject({ sent: 3, type: undefined });
  });

  it('is refused before anything is sent where its script differs, a look as well, with both hashes', async () => {
    const refused = await calls(['look'], { ...PLANNED, 'Get-HostState.ps1': OTHER });
    expect(refused).toMatchObject({ sent: 0, type: 'ScriptsDiffer', nothingSent: true });
    expect(refused.message).toContain(`Get-HostState.ps1 (planned ${'0'.repeat(16)}, there ${'f'.repeat(16)})`);
    expect(refused.heldUp).toMatchObject({ by: 'scripts', scripts: { 'Get-HostState.ps1': 'f'.repeat(16) } });
  });

  it.each(['dispatcher.ps1', 'runner.psm1', 'modules/windows', 'call-function.ps1'])(
    'is refused where %s differs, which carries it or which it calls',
    async (file) => {
      expect(await calls(['start service'], { ...PLANNED, [file]: OTHER })).toMatchObject({
        sent: 0,
        type: 'ScriptsDiffer',
        heldUp: { scripts: { [file]: 'f'.repeat(16) } },
      });
    },
  );

  it('is made where only a script differs that it does not run', async () => {
    const { sent } = await calls(['look', 'start service'], { ...PLANNED, 'Restart-PatchHost.ps1': OTHER });
    expect(sent).toBe(2);
  });

  it('is refused with everything that differs, so that a person is asked once', async () => {
    const here = { ...PLANNED, 'Get-HostState.ps1': OTHER, 'Restart-PatchHost.ps1': OTHER, 'New.ps1': OTHER };
    const { heldUp } = await calls(['look'], here);
    expect(Object.keys(heldUp?.scripts ?? {})).toEqual(['Get-HostState.ps1', 'Restart-PatchHost.ps1', 'New.ps1']);
    expect(heldUp?.text).toContain('New.ps1 (planned none, there');
  });

  it('is made with what was let in, with what was planned, and with nothing else', async () => {
    const file = 'Get-HostState.ps1';
    const request = { scripts: { ...allowed, [file]: [...(allowed[file] ?? []), 'f'.repeat(16)] } };
    const tried = await Promise.all(
      [PLANNED, { ...PLANNED, [file]: OTHER }, { ...PLANNED, [file]: 'e'.repeat(64) }].map((here) =>
        calls(['look'], here, request),
      ),
    );
    expect(tried.map(({ sent }) => sent)).toEqual([1, 1, 0]);
  });

  it('names a worker for another kind of hosts, and offers nothing of it to be let in', async () => {
    const { 'modules/windows': _, ...others } = PLANNED;
    const refused = await calls(['look'], { ...others, 'modules/plant': OTHER, 'Get-HostState.ps1': OTHER });
    expect(refused.heldUp).toMatchObject({ scripts: {} });
    expect(refused.message).toContain('its host module is modules/plant, and modules/windows was planned');
  });

  it('is not said to have changed nothing at a second attempt, nor after a call that changed something', async () => {
    const other = { ...PLANNED, 'Restart-PatchHost.ps1': OTHER };
    const request = { scripts: allowed };
    expect(await calls(['reboot'], other, request, 2)).toMatchObject({ sent: 0, nothingSent: false });
    expect(await calls(['look', 'reboot'], other)).toMatchObject({ sent: 1, nothingSent: true });
    expect(await calls(['start service', 'reboot'], other)).toMatchObject({ sent: 1, nothingSent: false });
  });
});

it('a survey belongs to no plan: it is bound to nothing', async () => {
  const { sent } = await calls(['look'], { 'Get-HostState.ps1': OTHER }, { items: [HOST], limits: LIMITS });
  expect(sent).toBe(1);
});
