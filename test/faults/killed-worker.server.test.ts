import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { effectsOf, namesOf, WHOLE_TURN } from '../patch-window/runs/journal.ts';
import { ownNamespace } from '../own-namespace.ts';
import { openArena, type Arena } from './arena.ts';
import { readRun, type RunEvidence } from './evidence.ts';
import { fakePlanningScenes, fakeStageScenes, patchScene, startHeld, type Scene } from './matrix.ts';
import { cabinetWorld, plantWorld } from './plant-world.ts';
import { judge } from './reader.ts';

/** What changes a host or something on its behalf, in the operator's words. */
const WRITES = {
  startMaintenance: 'maintenance mode is set',
  takeSnapshot: 'the snapshot is taken',
  startInstall: 'the installation is started',
  followInstall: 'the installation is read and its task removed',
  restartHost: 'the reboot is asked for',
  startService: 'a service that stayed down is started',
  removeSnapshot: 'the snapshot is removed',
  endMaintenance: 'maintenance mode is ended',
};
const WORDS = { before: 'before', in: 'while', after: 'right after' };

let arena: Arena;
let windows: Scene[];
let cabinets: Scene[];
const runs = new Map<string, RunEvidence>();

/** Every run is held at every point of its targets; then one kill takes the worker from all of them. */
beforeAll(async () => {
  arena = await openArena({ temporal: await ownNamespace() });
  const { removeSnapshot: _removed, startService: _started, ...plain } = WRITES;
  const step = (activity: string) => ({ activity, occurrence: 1 });
  windows = [
    patchScene(arena, 'plain', Object.keys(plain).map(step)),
    patchScene(arena, 'removing', [step('removeSnapshot')]),
    patchScene(arena, 'service-down', [step('startService')]),
  ];
  cabinets = [...fakeStageScenes(), ...fakePlanningScenes()];
  const handles = await startHeld(arena, [...windows, ...cabinets]);
  arena.seat.keepSpare();
  await arena.seat.kill();
  await arena.seat.begin();
  await Promise.all(handles.map((handle) => handle.result()));
  for (const { runId } of [...windows, ...cabinets]) runs.set(runId, await readRun(arena.lab.client, runId));
}, 150_000);
afterAll(() => arena.close());

const evidence = (scenes: readonly Scene[]): RunEvidence[] => scenes.flatMap(({ runId }) => runs.get(runId) ?? []);

describe('a worker that is killed and started again', () => {
  for (const [activity, words] of Object.entries(WRITES))
    for (const [when, moment] of Object.entries(WORDS))
      test(`${moment} ${words}: the host is patched, and each effect is there once`, () => {
        const scene = windows.find(({ points }) => [...points.values()].some((point) => point.activity === activity));
        const [host = ''] =
          [...(scene?.points ?? [])].find(([, p]) => p.activity === activity && p.when === when) ?? [];
        const effects = namesOf(effectsOf(arena.plant, host)).filter((effect) => effect !== 'service-started');
        expect(effects.filter((effect) => effect !== 'snapshot-removed')).toEqual(WHOLE_TURN);
        expect(runs.get(scene?.runId ?? '')?.told).toContainEqual(
          expect.objectContaining({ target: host, outcome: expect.objectContaining({ state: 'succeeded' }) }),
        );
      });

  test('at any of them: ledger and handover list of every patch window are what really happened', async () => {
    const world = await plantWorld(
      arena.plant,
      windows.flatMap(({ hosts }) => hosts),
    );
    expect(judge(evidence(windows), world)).toEqual([]);
  });

  test('while any run of another runbook is planned, listed again or in any of its stages: it ends as if nothing had been', () => {
    expect(judge(evidence(cabinets), cabinetWorld(arena.cabinets))).toEqual([]);
    for (const run of evidence(cabinets)) expect(run.result?.outcome).toBe('succeeded');
  });
});
