import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ControlName } from '../../../model/messages.ts';
import { patchSettings } from '../../../runbooks/patch-window/settings.ts';
import { oneByOne, windowInput } from './input.ts';
import { effectsOf, namesOf, repeated } from './journal.ts';
import { openRunStage, type PatchRun, type RunStage } from './lab-stage.ts';
import { untilEffect } from './turn.ts';

let stage: RunStage;
beforeAll(async () => {
  stage = await openRunStage();
});
afterAll(() => stage.close());

/** As an operator does it in the Web UI: by signal, with the JSON of the details. */
async function signal(run: PatchRun, name: ControlName, target?: string): Promise<void> {
  await run.handle.signal(name, { reason: 'a test asks for it', by: 'Kim Example', ...(target ? { target } : {}) });
}

describe.concurrent('by signal, an operator', () => {
  test('pauses a run: the target in work is finished, the next one starts only after the resume', async () => {
    const hosts = [stage.take(), stage.take()].toSorted((a, b) => a.localeCompare(b));
    const [first = '', second = ''] = hosts;
    const run = await stage.start(windowInput(hosts, oneByOne(hosts)));
    await untilEffect(stage.plant, first, 'install-started');
    await signal(run, 'pause');
    await run.turnOf(first).result();
    await vi.waitFor(async () => expect((await run.status()).inWork).toEqual([]), { timeout: 30_000, interval: 50 });
    expect(await run.status()).toMatchObject({ phase: 'paused', ledger: { succeeded: 1, 'not-started': 1 } });
    expect((await run.handle.describe()).searchAttributes['FettleOutcome']).toEqual(['paused']);
    expect(effectsOf(stage.plant, second)).toEqual([]);
    await signal(run, 'resume');
    expect((await run.result()).outcome).toBe('succeeded');
    const notes = (await run.status()).notes.map(({ text }) => text);
    expect(notes.filter((text) => text.includes('unattributed (says "Kim Example")'))).toHaveLength(2);
  });

  test('skips a target that waits, and retries one whose trouble was mended', async () => {
    const hosts = [stage.take(), stage.take()].toSorted((a, b) => a.localeCompare(b));
    const [first = '', second = ''] = hosts;
    stage.plant.order({ host: first, fault: 'install-fails', hresult: '0x80070643' });
    const run = await stage.start(windowInput(hosts, oneByOne(hosts)));
    await untilEffect(stage.plant, first, 'install-started');
    await signal(run, 'pause');
    await signal(run, 'skipTarget', second);
    await run.turnOf(first).result();
    await vi.waitFor(async () => expect((await run.entry(first))?.state).toBe('failed'), {
      timeout: 30_000,
      interval: 50,
    });
    stage.plant.clearFaults(first);
    await signal(run, 'retryTarget', first);
    await signal(run, 'resume');
    expect((await run.result()).ledger).toMatchObject({ succeeded: 1, skipped: 1 });
    expect(await run.entry(first)).toMatchObject({ state: 'succeeded', turns: 2 });
    expect(effectsOf(stage.plant, second)).toEqual([]);
    expect(repeated(effectsOf(stage.plant, first))).toEqual([]);
    // The second turn keeps the snapshot of the first: only that one shows the host as it was.
    expect(namesOf(effectsOf(stage.plant, first)).filter((effect) => effect === 'snapshot-taken')).toHaveLength(1);
  });

  test('aborts a run before its window opens: nothing was touched', async () => {
    const host = stage.take();
    const run = await stage.start(windowInput([host], { window: { opens: '+1h', closes: '+4h' } }));
    const waiting = async () => (await run.status()).waiting;
    await vi.waitFor(async () => expect(await waiting()).toContain('The window opens at'), {
      timeout: 30_000,
      interval: 50,
    });
    const { opensAt, closesAt } = await run.status();
    expect(Date.parse(closesAt ?? '') - Date.parse(opensAt ?? '')).toBe(4 * 3_600_000);
    await signal(run, 'abort');
    expect(await run.result()).toMatchObject({ outcome: 'aborted', ledger: { 'not-started': 1 } });
    expect(effectsOf(stage.plant, host)).toEqual([]);
  });

  test('aborts a run: the installation is seen to its end, no reboot starts, the rest is not-started', async () => {
    const hosts = [stage.take(), stage.take()].toSorted((a, b) => a.localeCompare(b));
    const [first = '', second = ''] = hosts;
    stage.plant.order({ host: first, fault: 'slow', factor: 40 });
    const run = await stage.start(windowInput(hosts, oneByOne(hosts)));
    await untilEffect(stage.plant, first, 'install-started');
    await signal(run, 'abort');
    const result = await run.result();
    expect(result).toMatchObject({ outcome: 'aborted', ledger: { failed: 1, 'not-started': 1 } });
    const done = namesOf(effectsOf(stage.plant, first));
    expect(done.filter((effect) => effect === 'update-installed')).toHaveLength(2);
    expect(done).not.toContain('reboot');
    expect(result.handover.filter(({ target }) => target === first).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['pending-reboot', 'maintenance-on']),
    );
    expect(effectsOf(stage.plant, second)).toEqual([]);
  });
});

describe.concurrent('a run that stops by itself', () => {
  test('when its canary proves nothing', async () => {
    const hosts = [stage.take(), stage.take()].toSorted((a, b) => a.localeCompare(b));
    stage.plant.change(hosts[0] ?? '', { offered: [] });
    const waves = [{ count: 1 }, { rest: true }];
    const run = await stage.start(windowInput(hosts, { waves }));
    expect(await run.result()).toMatchObject({ outcome: 'partly', ledger: { succeeded: 1, 'not-started': 1 } });
    expect((await run.result()).stopReason).toContain('canary');
  });

  test('before it starts a target that the window is too short for from the beginning', async () => {
    const [long, short] = [stage.take('sql'), stage.take('file')];
    // Less than the expected duration of a database server, more than that of the other.
    const run = await stage.start(windowInput([long, short], { window: { closes: '+40m' } }));
    expect(await run.result()).toMatchObject({ outcome: 'cut-off', ledger: { succeeded: 1, 'not-started': 1 } });
    expect((await run.entry(long))?.reason).toContain('WindowClosing');
    expect(effectsOf(stage.plant, long)).toEqual([]);
  });

  test('when the window closes: what does not fit any more is not-started', async () => {
    const hosts = [stage.take(), stage.take()].toSorted((a, b) => a.localeCompare(b));
    const [first = '', second = ''] = hosts;
    stage.plant.change(first, { offered: [] });
    // The first turn has some seconds to start. The soak after it is longer, so that the second no longer fits.
    const expectedMs = 20_000;
    const { organisation } = stage.lab;
    patchSettings(organisation).durationClasses['short'] = expectedMs;
    for (const host of organisation.inventory.hosts) if (hosts.includes(host.name)) host.durationClass = 'short';
    const closes = new Date(Date.now() + expectedMs + 8_000).toISOString();
    const run = await stage.start(windowInput(hosts, { ...oneByOne(hosts), window: { closes }, soak: '9s' }));
    expect(await run.result()).toMatchObject({ outcome: 'cut-off', ledger: { succeeded: 1, 'not-started': 1 } });
    expect((await run.entry(second))?.reason).toContain('WindowClosing');
  });
});
