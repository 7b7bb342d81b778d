import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Arena } from '../arena.ts';
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

const LOOK_EVERY_MS = 100;
const CLOSED_WITHIN_MS = 120_000;

/** Waits until every run has ended, however it did, and every turn of it; then judges them. */
export async function judgeScenes(arena: Arena, scenes: readonly Scene[]): Promise<string[]> {
  await Promise.all(scenes.map(({ runId }) => untilClosed(arena, runId)));
  const turns = scenes.flatMap(({ points }) => [...points.values()].map(({ of }) => of));
  await Promise.all(turns.map((of) => untilClosed(arena, of)));
  const evidence = await Promise.all(scenes.map(({ runId }) => readRun(arena.lab.client, runId)));
  const ofType = (type: Scene['type']) => evidence.filter((_, index) => scenes[index]?.type === type);
  const world = await plantWorld(
    arena.plant,
    scenes.flatMap(({ hosts }) => hosts),
  );
  return [...judge(ofType('patchWindow'), world), ...judge(ofType('fakeRun'), cabinetWorld(arena.cabinets))];
}

/** Until no execution with this id is open. */
async function untilClosed({ lab: { client } }: Arena, workflowId: string): Promise<void> {
  for (const deadline = Date.now() + CLOSED_WITHIN_MS; Date.now() < deadline; await wait(LOOK_EVERY_MS)) {
    const description = await client.workflow
      .getHandle(workflowId)
      .describe()
      .catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      });
    if (description === null || description.closeTime !== undefined) return;
  }
  throw new Error(`${workflowId} has not ended in time.`);
}
