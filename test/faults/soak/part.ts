import type { Arena } from '../arena.ts';
import { untilClosed } from '../closed.ts';
import { readRun } from '../evidence.ts';
import type { Scene } from '../matrix.ts';
import { cabinetWorld, plantWorld } from '../plant-world.ts';
import { judge } from '../reader.ts';

/** A part of the soak, and what was found in it. */
export interface Part {
  name: string;
  cases: number;
  findings: string[];
}

/** Waits until every run has ended, however it did, and every turn of it; then judges them. */
export async function judgeScenes(arena: Arena, scenes: readonly Scene[]): Promise<string[]> {
  const { client } = arena.lab;
  await Promise.all(scenes.map(({ runId }) => untilClosed(client, runId)));
  const turns = scenes.flatMap(({ points }) => [...points.values()].map(({ of }) => of));
  await Promise.all(turns.map((of) => untilClosed(client, of)));
  const evidence = await Promise.all(scenes.map(({ runId }) => readRun(client, runId)));
  const ofType = (type: Scene['type']) => evidence.filter((_, index) => scenes[index]?.type === type);
  const world = await plantWorld(
    arena.plant,
    scenes.flatMap(({ hosts }) => hosts),
  );
  return [...judge(ofType('patchWindow'), world), ...judge(ofType('fakeRun'), cabinetWorld(arena.cabinets))];
}
