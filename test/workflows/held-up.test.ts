import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostTurnId } from '../../model/ids.ts';
import type { PatchPlan } from '../../model/patch-window/plan.ts';
import { healthy, otherScripts } from './stage/activities.ts';
import { patchPlan, plannedTarget, waveOf, type PlanChange } from './stage/plan.ts';
import { openStage, type Run, type Stage } from './stage/stage.ts';
import { freshHost } from './stage/turn.ts';
import { until } from './stage/until.ts';

let stage: Stage;
const fields = { reason: 'the build of tonight', by: 'Kim Example' };
const REBOOT = 'Restart-PatchHost.ps1';
const scripts = { [REBOOT]: 'a'.repeat(64), 'Get-HostState.ps1': 'b'.repeat(64) };
const other = otherScripts({ [REBOOT]: 'c0ffee' });

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

function planOf(names: readonly string[], { material, ...change }: Partial<PlanChange> = {}): PatchPlan {
  const targets = names.map((name) => plannedTarget(name, { expectedMs: 100 }));
  return patchPlan({ targets, material: { scripts, ...material }, ...change });
}

/** Resolves once the run has paused itself and all of these targets wait for their next turn. */
async function heldUp(run: Run, ...names: string[]): Promise<void> {
  await until(`the run waits with ${names.join(', ')}`, async () => {
    const { phase, inWork } = await run.status();
    const held = (await run.ledger()).filter(({ progress, outcome }) => progress === 'waiting' && outcome?.heldUp);
    return phase === 'paused' && inWork.length === 0 && held.length === names.length;
  });
}

async function notesOf(run: Run, words: string): Promise<string[]> {
  return (await run.status()).notes.map(({ text }) => text).filter((text) => text.includes(words));
}

/** A run whose targets were changed and then met another reboot script. */
async function heldUpAtReboot(names: readonly string[], change: Partial<PlanChange> = {}): Promise<Run> {
  for (const name of names) stage.directed.order(name, 'restartHost', other, 'good');
  const run = await stage.start(planOf(names, change));
  await heldUp(run, ...names);
  return run;
}

describe.concurrent('a site worker with another reboot script', () => {
  test('pauses the run once for several hosts and says which file; after the resume each goes on where it was', async () => {
    const names = [freshHost(), freshHost(), freshHost()];
    const run = await heldUpAtReboot(names);
    const { waiting, questions, ledger } = await run.status();
    expect(waiting).toContain(`a worker of site nordhavn carries other scripts than were planned: ${REBOOT}`);
    expect(waiting).toContain('planned aaaa, there c0ffee');
    expect(await notesOf(run, 'The run has paused itself')).toHaveLength(1);
    expect(questions).toEqual([]);
    expect(ledger).toMatchObject({ failed: 3, unknown: 0 });
    const [first = ''] = names;
    expect(await run.entry(first)).toMatchObject({ turns: 1, outcome: { changed: true, own: { installed: 1 } } });

    await run.update('resume', fields);
    expect(await run.result()).toMatchObject({ outcome: 'succeeded', ledger: { succeeded: 3 } });
    const [note = ''] = await notesOf(run, 'Let in, ');
    expect(note).toContain(`unattributed (says "Kim Example"): "the build of tonight": ${REBOOT}`);
    for (const name of names) {
      const { turn, scripts: allowed } = stage.directed.requestOf(name, 'restartHost');
      expect({ turn, allowed }).toEqual({
        turn: 2,
        allowed: { [REBOOT]: ['a'.repeat(16), 'c0ffee'], 'Get-HostState.ps1': ['b'.repeat(16)] },
      });
      expect(await run.entry(name)).toMatchObject({ turns: 2, outcome: { own: { installed: 2, maintenance: null } } });
    }
  });

  test('asks again for scripts that were not shown, and for none that were let in', async () => {
    const name = freshHost();
    const again = otherScripts({ [REBOOT]: 'decade' });
    stage.directed.order(name, 'restartHost', other, again, other, 'good');
    const run = await stage.start(planOf([name]));
    await heldUp(run, name);
    await run.update('resume', fields);
    await until('it asks again', async () => (await notesOf(run, 'paused itself')).length === 2);
    expect((await run.status()).waiting).toContain('there decade');
    await run.update('resume', fields);
    // The third is what was let in first: it was held up, and nobody is asked.
    expect((await run.result()).outcome).toBe('succeeded');
    expect(await notesOf(run, 'paused itself')).toHaveLength(2);
    expect(await run.entry(name)).toMatchObject({ turns: 4 });
  });

  test('is told by a signal to let in nothing: not to the run, not to its turns, not by a resume of another pause', async () => {
    const name = freshHost();
    const gate = stage.directed.gates.close(`${name}/preflight`);
    stage.directed.order(name, 'restartHost', other, other, 'good');
    const run = await stage.start(planOf([name]));
    await gate.reached;
    const forged = { ...fields, letIn: { scripts: { [REBOOT]: ['c0ffee'] } }, scripts: { [REBOOT]: ['c0ffee'] } };
    const turn = stage.temporal.client.workflow.getHandle(hostTurnId(`${name}.corp.example`));
    for (const handle of [run.handle, turn]) {
      await handle.signal('letIn', forged);
      await handle.signal('admit', forged);
    }
    expect(await run.update('resume', forged)).toMatchObject({ accepted: false });
    await run.update('pause', forged);
    gate.open();
    await heldUp(run, name);
    expect(await notesOf(run, 'paused itself')).toEqual([]);
    await run.update('resume', forged);
    await until('it asks', async () => (await notesOf(run, 'paused itself')).length === 1);
    expect(stage.directed.requestOf(name, 'restartHost').scripts[REBOOT]).toEqual(['a'.repeat(16)]);
    expect(await notesOf(run, 'Let in')).toEqual([]);
    await run.update('resume', fields);
    expect((await run.result()).outcome).toBe('succeeded');
  });

  test('and targets that are skipped meanwhile: one that was changed is failed, one that was not is skipped', async () => {
    const [changed, untouched] = [freshHost(), freshHost()];
    stage.directed.order(changed, 'restartHost', other);
    stage.directed.order(untouched, 'startInstall', otherScripts({ 'call-function.ps1': 'c0ffee' }));
    const run = await stage.start(planOf([changed, untouched]));
    await heldUp(run, changed, untouched);
    expect(await run.entry(untouched)).toMatchObject({ outcome: { changed: false }, state: 'not-started' });
    for (const target of [changed, untouched]) await run.update('skipTarget', { ...fields, target });
    expect(await run.entry(changed)).toMatchObject({ state: 'failed', turns: 1 });
    expect((await run.entry(changed)).outcome?.own.maintenance).not.toBeNull();
    expect(await run.entry(untouched)).toMatchObject({ state: 'skipped', turns: 1 });
    await run.update('resume', fields);
    expect((await run.result()).ledger).toMatchObject({ failed: 1, skipped: 1 });
  });

  test('until the window closes: what was changed is failed, the rest not-started', async () => {
    const [changed, untouched] = [freshHost(), freshHost()];
    stage.directed.order(changed, 'restartHost', other);
    stage.directed.order(untouched, 'preflight', other);
    const closesAt = new Date(Date.now() + 15_000).toISOString();
    const window = { opensAt: null, closesAt, timeZone: 'UTC', notes: [] };
    const run = await stage.start(planOf([changed, untouched], { material: { window } }));
    await heldUp(run, changed, untouched);
    expect(await run.result()).toMatchObject({ outcome: 'cut-off', ledger: { failed: 1, 'not-started': 1 } });
    expect((await run.entry(changed)).reason).toContain('Another turn was asked for and did not come: WindowClosing');
  });

  test('and an abort: what was changed is failed, with its maintenance mode handed over', async () => {
    const name = freshHost();
    const run = await heldUpAtReboot([name]);
    await run.update('pause', { ...fields, reason: 'Batch 4711 is still running' });
    const both = new RegExp(`Batch 4711 is still running"; and a worker of site nordhavn carries .*${REBOOT}`);
    await until('it says both', async () => both.test((await run.status()).waiting ?? ''));
    await run.update('abort', fields);
    const { outcome, ledger, handover } = await run.result();
    expect({ outcome, ledger }).toMatchObject({ outcome: 'aborted', ledger: { failed: 1 } });
    expect(handover.map(({ kind }) => kind)).toContain('maintenance-on');
  });

  test('once a budget is spent: what was begun goes on, and nothing else', async () => {
    const [held, broken, waiting] = [freshHost(), freshHost(), freshHost()];
    stage.directed.order(held, 'restartHost', other, 'good');
    stage.directed.order(broken, 'preflight', 'LowDisk');
    const targets = [held, broken, waiting].map((name) => plannedTarget(name));
    const waves = [waveOf(targets, { concurrency: 2 })];
    const run = await stage.start(planOf([held, broken, waiting], { waves, material: { failureBudget: 1 } }));
    await heldUp(run, held);
    await run.update('resume', fields);
    expect((await run.result()).ledger).toMatchObject({ succeeded: 1, failed: 1, 'not-started': 1 });
  });

  test('at a retry of what nobody knows: it stays unknown, with its question, if the retry is left out', async () => {
    const name = freshHost();
    stage.directed.order(name, 'awaitRestart', 'RebootTimeout');
    stage.directed.order(name, 'preflight', 'good', other);
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const run = await stage.start(planOf([name]));
    await gate.reached;
    await run.update('pause', fields);
    gate.open();
    await run.turnsEnded(name);
    await run.update('retryTarget', { ...fields, target: name });
    await run.update('resume', fields);
    await until('it asks', async () => (await notesOf(run, 'paused itself')).length === 1);
    await run.update('skipTarget', { ...fields, target: name });
    await run.update('resume', fields);
    await run.result();
    const { state, question, outcome } = await run.entry(name);
    expect({ state, failure: outcome?.failure }).toEqual({ state: 'unknown', failure: 'RebootTimeout' });
    expect(question).not.toBeNull();
  });

  test('at the look after the soak: no host is held to be ill, and the wave is looked at again', async () => {
    const [canary, rest] = [freshHost(), freshHost()];
    stage.directed.order(canary, 'verifyHost', healthy, otherScripts({ 'Get-HostState.ps1': 'c0ffee' }), healthy);
    const targets = [canary, rest].map((name) => plannedTarget(name));
    const waves = targets.map((target) => waveOf([target], { name: target.id }));
    const run = await stage.start(planOf([canary, rest], { waves, material: { soakMs: 20 } }));
    await until('it asks', async () => (await notesOf(run, 'paused itself')).length === 1);
    expect(stage.directed.callsOf(rest)).toEqual([]);
    await run.update('resume', fields);
    expect((await run.result()).ledger).toMatchObject({ succeeded: 2 });
    expect(stage.directed.callsOf(canary).filter((call) => call === 'verifyHost')).toHaveLength(3);
  });
});
