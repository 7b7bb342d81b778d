import { describe, expect, it } from 'vitest';
import { COMMON_UPDATES, OS_UPDATES } from '../../../lab/plant/index.ts';
import { APP, testPlant } from './lab-plant.ts';

const { cumulative, previousCumulative, dotNet } = OS_UPDATES['Windows Server 2019'];
const LONG_AGO = '2000-01-01T00:00:00Z';
const ids = [{ id: cumulative.id, revision: cumulative.revision }];

describe('the update task', () => {
  it('installs one after another and leaves them in installed updates and history, not in the offer', async () => {
    const lab = await testPlant();
    lab.plant.change(APP, { offered: [cumulative, dotNet, COMMON_UPDATES.definitions] });
    await lab.install(APP, 'task-1');
    await lab.installEnd(APP);
    const { updates: left } = await lab.ask(APP, 'Get-FettleOfferedUpdate', {});
    expect(left).toEqual([]);
    const { updates: installed } = await lab.ask(APP, 'Get-FettleInstalledUpdate', {});
    expect(installed.map(({ kb }) => kb)).toEqual(
      expect.arrayContaining([cumulative.kb, dotNet.kb, COMMON_UPDATES.definitions.kb]),
    );
    const since = lab.plant.journal()[0]?.at ?? '';
    const { entries } = await lab.ask(APP, 'Get-FettleUpdateHistory', { since });
    expect(entries.map(({ kb, result }) => [kb, result])).toEqual([
      [cumulative.kb, 'succeeded'],
      [dotNet.kb, 'succeeded'],
      [COMMON_UPDATES.definitions.kb, 'succeeded'],
    ]);
    expect(lab.effects(APP)).toEqual([
      'install-started key/task-1',
      'update-installed key/task-1',
      'update-installed key/task-1',
      'update-installed key/task-1',
    ]);
  });

  it('asks for a reboot only when an update needs one', async () => {
    const lab = await testPlant();
    lab.plant.change(APP, { offered: [cumulative, dotNet] });
    await lab.install(APP, 'task-1', dotNet.kb);
    await lab.installEnd(APP);
    expect(await lab.ask(APP, 'Get-FettlePendingReboot', {})).toEqual({ reasons: [] });
    await lab.install(APP, 'task-2', cumulative.kb);
    await lab.installEnd(APP);
    expect(await lab.ask(APP, 'Get-FettlePendingReboot', {})).toEqual({ reasons: ['windows-update'] });
    expect((await lab.ask(APP, 'Get-FettleInstallerState', {})).rebootRequired).toBe(true);
  });

  it('drops what an installed update supersedes', async () => {
    const lab = await testPlant();
    lab.plant.change(APP, { offered: [cumulative, previousCumulative] });
    await lab.install(APP, 'task-1');
    await lab.installEnd(APP);
    expect(lab.plant.host(APP).offered).toEqual([]);
    expect(lab.effects(APP)).toEqual(['install-started key/task-1', 'update-installed key/task-1']);
  });

  it('shows its progress while it runs, and that it is missing before and after', async () => {
    const lab = await testPlant({ scale: 500 });
    lab.plant.change(APP, { offered: [cumulative] });
    const progress = async (): Promise<unknown> => lab.ask(APP, 'Get-FettleUpdateProgress', { taskName: 'task-1' });
    expect(await progress()).toMatchObject({ state: 'missing' });
    await lab.install(APP, 'task-1');
    expect(await progress()).toMatchObject({ state: 'running', current: cumulative.title, error: null });
    await lab.installEnd(APP);
    expect(await progress()).toEqual({ state: 'finished', percent: 100, current: '', error: null });
    expect(await lab.ask(APP, 'Remove-FettleUpdateTask', { taskName: 'task-1' })).toEqual({ removed: true });
    expect(await lab.ask(APP, 'Remove-FettleUpdateTask', { taskName: 'task-1' })).toEqual({ removed: false });
    expect(await progress()).toMatchObject({ state: 'missing' });
    expect(lab.effects(APP).at(-1)).toBe('task-removed key/task-1');
  });

  it('is taken over by its name and started once', async () => {
    const lab = await testPlant({ scale: 10 });
    lab.plant.change(APP, { offered: [cumulative] });
    const request = { taskName: 'task-1', key: 'key', updates: ids, timeLimitMinutes: 60 };
    const first = await lab.ask(APP, 'Start-FettleUpdateTask', request);
    expect(first.existed).toBe(false);
    expect(await lab.ask(APP, 'Start-FettleUpdateTask', request)).toEqual({ ...first, existed: true });
    expect(lab.effects(APP)).toEqual(['install-started key']);
  });

  it('refuses a second task while one runs', async () => {
    const lab = await testPlant({ scale: 10 });
    lab.plant.change(APP, { offered: [cumulative] });
    await lab.ask(APP, 'Start-FettleUpdateTask', { taskName: 'one', key: 'k1', updates: ids, timeLimitMinutes: 60 });
    expect((await lab.ask(APP, 'Get-FettleInstallerState', {})).busy).toBe(true);
    const second = { taskName: 'two', key: 'k2', updates: ids, timeLimitMinutes: 60 };
    expect(await lab.refusal(APP, 'Start-FettleUpdateTask', second)).toBe('422 0x80240009 FettlePlantRefused');
    expect(await lab.refusal(APP, 'Remove-FettleUpdateTask', { taskName: 'one' })).toMatch(/^422/);
  });

  it('is killed at its limit, which counts in real time', async () => {
    const lab = await testPlant({ scale: 10 });
    lab.plant.change(APP, { offered: [cumulative] });
    await lab.ask(APP, 'Start-FettleUpdateTask', { taskName: 'one', key: 'k1', updates: ids, timeLimitMinutes: 0.002 });
    await lab.installEnd(APP);
    const progress = await lab.ask(APP, 'Get-FettleUpdateProgress', { taskName: 'one' });
    expect(progress.error?.hresult).toBe('0x00041306');
    const { entries } = await lab.ask(APP, 'Get-FettleUpdateHistory', { since: LONG_AGO });
    expect(entries.at(-1)).toMatchObject({ kb: cumulative.kb, result: 'aborted' });
  });

  it('ends with 0x80240024 when nothing of it is offered in that revision', async () => {
    const lab = await testPlant();
    lab.plant.change(APP, { offered: [cumulative] });
    const updates = [{ id: cumulative.id, revision: cumulative.revision + 1 }];
    await lab.ask(APP, 'Start-FettleUpdateTask', { taskName: 'one', key: 'k1', updates, timeLimitMinutes: 60 });
    const progress = await lab.ask(APP, 'Get-FettleUpdateProgress', { taskName: 'one' });
    expect(progress).toMatchObject({ state: 'finished', error: { hresult: '0x80240024' } });
  });

  it('fails an update for which the disk has no room', async () => {
    const lab = await testPlant();
    lab.plant.change(APP, { offered: [cumulative, dotNet], freeMb: 100 });
    await lab.install(APP, 'task-1');
    await lab.installEnd(APP);
    const { entries } = await lab.ask(APP, 'Get-FettleUpdateHistory', { since: LONG_AGO });
    expect(entries.slice(-2).map(({ kb, result, hresult }) => [kb, result, hresult])).toEqual([
      [cumulative.kb, 'failed', '0x80070070'],
      [dotNet.kb, 'succeeded', '0x00000000'],
    ]);
  });
});
