import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Shell } from '../../../activities/powershell/shell.ts';
import { PLANT_SHELL } from '../../../lab/plant-shell.ts';
import { createLog } from '../../../workers/log.ts';
import { scriptHashes } from '../../../workers/script-hashes.ts';
import { startWorkers, type RunningWorkers } from '../../../workers/start.ts';
import { windowInput } from './input.ts';
import { effectsOf, namesOf, repeated, WHOLE_TURN } from './journal.ts';
import { openRunStage, type PatchRun, type RunStage } from './lab-stage.ts';
import { resume, untilEffect } from './turn.ts';

const OTHER = 'f'.repeat(64);
const ONCE = ['snapshot-taken', 'install-started', 'update-installed', 'update-installed', 'task-removed', 'reboot'];

let stage: RunStage;
let shell: Shell;
let planned: Record<string, string>;
let control: RunningWorkers;
let site: RunningWorkers;

beforeAll(async () => {
  stage = await openRunStage({ workerWaitMs: 20_000, workerReturnMs: 60_000 }, { worker: false });
  shell = PLANT_SHELL.simulated({ plantUrl: stage.lab.plant.url, environment: {} });
  planned = await scriptHashes(PLANT_SHELL.hostModule);
  control = await start({ scripts: planned, sites: [], withWorkflows: true });
  site = await startSites(planned);
});
afterAll(async () => {
  await site.shutdown();
  await control.shutdown();
  await shell.close();
  await stage.close();
});

type Served = Pick<Parameters<typeof startWorkers>[0], 'scripts' | 'sites' | 'withWorkflows'>;

async function start(served: Served): Promise<RunningWorkers> {
  const { temporal, organisation } = stage.lab;
  return await startWorkers({
    connection: temporal.nativeConnection,
    client: temporal.client,
    namespace: temporal.namespace,
    organisation: () => organisation,
    shell,
    prove: false,
    bundle: { codePath: inject('workflowBundlePath') },
    log: createLog({ level: 'fatal', readable: true }),
    ...served,
  });
}

async function startSites(scripts: Record<string, string>): Promise<RunningWorkers> {
  return await start({ scripts, sites: ['nordhavn', 'vestby'], withWorkflows: false });
}

/** The workers of the sites are replaced by workers that carry these scripts. */
async function replaceSites(scripts: Record<string, string>): Promise<void> {
  await site.shutdown();
  site = await startSites(scripts);
}

/** A run over some hosts whose installations go on until the troubles are taken away. */
async function installing(count: number): Promise<{ run: PatchRun; hosts: string[]; finish: () => void }> {
  const hosts = Array.from({ length: count }, () => stage.take());
  for (const host of hosts) stage.plant.order({ host, fault: 'slow', factor: 100 });
  const run = await stage.start(windowInput(hosts));
  await Promise.all(hosts.map((host) => untilEffect(stage.plant, host, 'install-started')));
  const finish = (): void => hosts.forEach((host) => stage.plant.clearFaults(host));
  return { run, hosts, finish };
}

/** What the run says, once it has paused and all of its targets wait for their next turn. */
async function question(run: PatchRun): Promise<string> {
  return await vi.waitFor(
    async () => {
      const { phase, inWork, waiting } = await run.status();
      expect({ phase, inWork }).toEqual({ phase: 'paused', inWork: [] });
      return waiting ?? '';
    },
    { timeout: 40_000, interval: 100 },
  );
}

async function notesOf(run: PatchRun, words: string): Promise<string[]> {
  return (await run.status()).notes.map(({ text }) => text).filter((text) => text.includes(words));
}

/** Everything that may be done once was; maintenance mode may have been extended. */
async function everyEffectOnce(run: PatchRun, hosts: readonly string[]): Promise<void> {
  expect((await run.result()).outcome).toBe('succeeded');
  for (const host of hosts) {
    const effects = effectsOf(stage.plant, host);
    expect(namesOf(effects).filter((effect) => !effect.startsWith('maintenance-'))).toEqual(ONCE);
    expect(repeated(effects)).toEqual([]);
    expect((await run.entry(host))?.outcome).toMatchObject({
      turn: 2,
      proven: true,
      own: { installed: 2, rebooted: true, maintenance: null },
    });
  }
}

describe('a site worker that was replaced amid a run', () => {
  test('by one with another reboot script: the run pauses once, names the file, and goes on after a resume', async () => {
    const { run, hosts, finish } = await installing(3);
    await replaceSites({ ...planned, 'Restart-PatchHost.ps1': OTHER });
    finish();
    const asked = await question(run);
    const there = `(planned ${planned['Restart-PatchHost.ps1']?.slice(0, 16)}, there ${OTHER.slice(0, 16)})`;
    expect(asked).toMatch(/a worker of site (nordhavn|vestby) carries other scripts/);
    expect(asked).toContain(`Restart-PatchHost.ps1 ${there}`);
    expect(asked).not.toContain('Get-HostState.ps1');
    expect(await notesOf(run, 'The run has paused itself')).toHaveLength(1);
    await resume(run);
    await everyEffectOnce(run, hosts);
    expect(await notesOf(run, 'Let in, unattributed (says "Kim Example")')).toHaveLength(1);
    await replaceSites(planned);
  });

  test('by one with other functions, amid an installation: the next turn follows it on', async () => {
    const { run, hosts, finish } = await installing(1);
    await replaceSites({ ...planned, 'modules/plant': OTHER });
    expect(await question(run)).toContain('modules/plant (planned ');
    finish();
    await resume(run);
    await everyEffectOnce(run, hosts);
    await replaceSites(planned);
  });

  test('by one for hosts of another kind: no resume lets it in, the right worker goes on', async () => {
    const { 'modules/plant': plantModule = '', ...others } = planned;
    const { run, hosts, finish } = await installing(1);
    await replaceSites({ ...others, 'modules/windows': OTHER });
    expect(await question(run)).toContain('its host module is modules/windows, and modules/plant was planned');
    await resume(run);
    await vi.waitFor(async () => expect(await notesOf(run, 'paused itself')).toHaveLength(2), { timeout: 20_000 });
    await replaceSites({ ...others, 'modules/plant': plantModule });
    finish();
    await resume(run);
    expect((await run.result()).outcome).toBe('succeeded');
    expect(repeated(effectsOf(stage.plant, hosts[0] ?? ''))).toEqual([]);
  });
});

describe('an inventory entry that somebody changes amid a turn', () => {
  function change(host: string): void {
    const entry = stage.lab.organisation.inventory.hosts.find(({ name }) => name === host);
    if (entry === undefined) throw new Error(`${host} is not in the inventory`);
    entry.owner = 'Somebody Else';
  }
  const noted = async (run: PatchRun, host: string): Promise<string[]> =>
    ((await run.entry(host))?.outcome?.steps ?? [])
      .filter(({ notes = [] }) => notes.some((note) => note.includes('changed since the plan was made')))
      .map(({ step }) => step);

  test('stops what would begin, after what was begun was followed to its end', async () => {
    const { run, hosts, finish } = await installing(1);
    const [host = ''] = hosts;
    change(host);
    finish();
    await run.result();
    expect(await run.entry(host)).toMatchObject({ state: 'failed', outcome: { failure: 'TargetChanged' } });
    expect(namesOf(effectsOf(stage.plant, host))).toEqual(WHOLE_TURN.filter((effect) => effect !== 'reboot'));
    expect(await noted(run, host)).toContain('install');
  });

  test('is said of the steps that only look: the host is finished', async () => {
    const host = stage.take();
    const run = await stage.start(windowInput([host]));
    await untilEffect(stage.plant, host, 'reboot');
    change(host);
    expect((await run.result()).outcome).toBe('succeeded');
    expect(await noted(run, host)).toEqual(['reboot', 'rescan', 'verify', 'maintenance-off']);
  });
});
