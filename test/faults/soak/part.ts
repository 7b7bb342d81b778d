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
  const read = (type: Scene['type']) =>
    Promise.all(scenes.filter((scene) => scene.type === type).map(({ runId }) => readRun(client, runId)));
  const hosts = scenes.flatMap((scene) => scene.hosts);
  const windows = judge(await read('patchWindow'), await plantWorld(arena.plant, hosts));
  const cabinets = await read('fakeRun');
  // Without runs of theirs they show what other scenes did.
  return cabinets.length === 0 ? windows : [...windows, ...judge(cabinets, cabinetWorld(arena.cabinets))];
}
