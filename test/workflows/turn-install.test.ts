import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idle } from './stage/activities.ts';
import { patchPlan, plannedTarget } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { freshHost, takeTurn } from './stage/turn.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const UPDATE = { id: '00000000-0000-4000-8000-000000000001', kb: 'KB5000001' };
const INSTALLED = { updates: [{ ...UPDATE, outcome: 'installed', detail: '' }], installed: 1, rebootRequired: false };
const nothingElse = { others: [], pendingReboot: [] };

describe.concurrent('installing', () => {
  test('asks when the update agent stays busy', async () => {
    const { entry } = await takeTurn(stage, [['followInstall', 'UpdateBusy']]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateBusy' } });
    expect(entry.outcome?.question).toBeTruthy();
  });

  test('goes on in a further round for an approved update that appears only after the reboot', async () => {
    const second = { id: '00000000-0000-4000-8000-000000000002', revision: 1, kb: 'KB5000002', rebootRequired: false };
    const appeared = { ...nothingElse, left: [second], updates: [{ ...UPDATE, outcome: 'not-attempted', detail: '' }] };
    const { entry, calls } = await takeTurn(stage, [['rescan', appeared, 'good']]);
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'startInstall')).toHaveLength(2);
  });

  test('never succeeds while an approved update is not offered', async () => {
    const gone = { ...nothingElse, left: [], updates: [{ ...UPDATE, outcome: 'not-offered', detail: '' }] };
    const { entry } = await takeTurn(stage, [['rescan', gone]]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'UpdateNotOffered' } });
  });

  /** A turn that is held at a step until half of what it is expected to take no longer fits into its window. */
  async function untilTooLate(step: string, windowMs: number) {
    const name = freshHost();
    const expectedMs = 4_000;
    const closesAt = new Date(Date.now() + windowMs).toISOString();
    const gate = stage.directed.gates.close(`${name}/${step}`);
    const window = { opensAt: null, closesAt, timeZone: 'UTC', notes: [] };
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name, { expectedMs })], material: { window } }));
    await gate.reached;
    await new Promise((resolve) => setTimeout(resolve, Date.parse(closesAt) - expectedMs / 2 - Date.now() + 1));
    gate.open();
    expect((await run.result()).outcome).toBe('cut-off');
    return { entry: await run.entry(name), calls: stage.directed.callsOf(name) };
  }

  test('starts no reboot when the window closes, and says that one is pending', async () => {
    const { entry, calls } = await untilTooLate('followInstall', 8_000);
    expect(entry).toMatchObject({
      state: 'failed',
      outcome: { failure: 'WindowClosing', own: { pendingReboot: true } },
    });
    expect(calls).not.toContain('restartHost');
  });

  test('does not begin when what came before it took so long that the window closes', async () => {
    const { entry, calls } = await untilTooLate('takeSnapshot', 7_000);
    expect(entry).toMatchObject({ state: 'not-started', outcome: { own: { maintenance: null } } });
    expect(calls).not.toContain('startInstall');
  });
});

describe.concurrent('a step that is in work when the window closes', () => {
  test('goes on no longer: an install is a question, a reboot that may have been asked for is followed', async () => {
    const [installing, rebooting] = [freshHost(), freshHost()];
    const gates = [`${installing}/startInstall`, `${rebooting}/restartHost`].map((name) =>
      stage.directed.gates.close(name),
    );
    const window = { opensAt: null, closesAt: new Date(Date.now() + 8_000).toISOString(), timeZone: 'UTC', notes: [] };
    const targets = [installing, rebooting].map((name) => plannedTarget(name, { expectedMs: 100 }));
    const run = await stage.start(patchPlan({ targets, material: { window } }));
    await run.result();
    for (const gate of gates) gate.open();
    expect(await run.entry(installing)).toMatchObject({ state: 'unknown', outcome: { failure: 'StateUnknown' } });
    expect((await run.entry(installing)).reason).toContain('until the window closed');
    expect(await run.entry(rebooting)).toMatchObject({ state: 'succeeded', outcome: { own: { rebooted: true } } });
    expect(stage.directed.callsOf(rebooting)).toContain('awaitRestart');
  });
});

describe.concurrent('rebooting', () => {
  test('is left to a person where the input says never', async () => {
    const { entry, calls } = await takeTurn(stage, [], {}, { reboot: 'never' });
    expect(calls).not.toContain('restartHost');
    expect(entry).toMatchObject({
      state: 'failed',
      outcome: { failure: 'PendingReboot', own: { pendingReboot: true } },
    });
  });

  test('happens once where the input says always, also when no update asks for it', async () => {
    const { entry, calls } = await takeTurn(stage, [['followInstall', INSTALLED]], {}, { reboot: 'always' });
    expect(entry.state).toBe('succeeded');
    expect(calls.filter((call) => call === 'restartHost')).toHaveLength(1);
  });

  test('finishes what was pending before it installs, where the input allows it, and proves nothing about what was installed', async () => {
    const toInstall = plannedTarget('any').own.updates;
    const { entry, calls } = await takeTurn(
      stage,
      [
        ['preflight', { ...idle, toInstall, pendingReboot: ['windows-update'] }],
        ['followInstall', INSTALLED],
      ],
      {},
      { finishPendingReboot: true },
    );
    expect(calls.indexOf('restartHost')).toBeLessThan(calls.indexOf('startInstall'));
    expect(entry.outcome).toMatchObject({ proven: false, own: { rebooted: true } });
  });
});
