import { setTimeout as wait } from 'node:timers/promises';
import type { Arena } from '../arena.ts';
import { isOpen } from '../closed.ts';
import { doTo, type Deed } from '../deeds.ts';
import { readRun } from '../evidence.ts';
import {
  fakePlanningScenes,
  fakeStageScenes,
  nextComers,
  PATCH_PLANNING,
  patchScene,
  planningScene,
  startHeld,
  stepsByKind,
  type Scene,
} from '../matrix.ts';
import { WHENS } from '../points.ts';
import { judgeScenes, type Part } from './part.ts';

const NEXT_WITHIN_MS = 60_000;

/** The worker is killed before, in and after every step of both runbooks. */
export async function killPart(arena: Arena): Promise<Part> {
  const scenes = [...(await turnScenes(arena)), ...planningScenes(arena)];
  await startHeld(arena, scenes);
  arena.seat.keepSpare();
  await arena.seat.kill();
  await arena.seat.begin();
  const findings = await judgeScenes(arena, scenes);
  return { name: 'worker killed', cases: casesOf(scenes), findings: [...findings, ...(await notWhole(arena, scenes))] };
}

/** Something is done to every turn, or to every run, before, in and after every step. */
export async function deedPart(arena: Arena, deed: Deed, subject: 'run' | 'turn'): Promise<Part> {
  const scenes = subject === 'turn' ? await turnScenes(arena) : await runScenes(arena);
  await startHeld(arena, scenes);
  for (const { runId, points } of scenes) {
    const [first] = points.values();
    if (subject === 'run' && first !== undefined) await doTo(arena.lab.client, runId, deed, first);
    else
      for (const point of points.values())
        await doTo(arena.lab.client, await turnIdOf(arena, point.of, runId), deed, point);
  }
  arena.seat.release();
  const findings = await judgeScenes(arena, scenes);
  if (deed === 'reset') findings.push(...(await notWhole(arena, scenes)));
  if (deed === 'terminate' && subject === 'turn') findings.push(...(await notUnknown(arena, scenes)));
  return {
    name: `${subject}: ${deed}`,
    cases: casesOf(scenes),
    findings: [...findings, ...(await locksLeft(arena, scenes))],
  };
}

/** Whoever comes next gets every lock that those before had. */
async function locksLeft(arena: Arena, scenes: readonly Scene[]): Promise<string[]> {
  const removing = scenes.filter(({ points }) =>
    [...points.values()].some(({ activity }) => activity === 'removeSnapshot'),
  );
  const next = nextComers(
    arena,
    removing.flatMap(({ hosts }) => hosts),
  );
  const run = await arena.start(next.type, next.input, next.runId);
  const ended = run.result().then(() => true);
  if (await Promise.race([ended, wait(NEXT_WITHIN_MS, false)])) return await judgeScenes(arena, [next]);
  await run.cancel();
  await ended;
  const others = next.hosts.map(({ name }) => name).join(', ');
  return [`${others} waited in vain for locks of turns that have ended`];
}

/** One run for all hosts of a kind, and one for each stage of the fake runbook. */
async function turnScenes(arena: Arena): Promise<Scene[]> {
  const steps = await stepsByKind(arena);
  const windows = [...steps].flatMap(([kind, ofKind]) =>
    ofKind.length === 0 ? [] : [patchScene(arena, kind, ofKind)],
  );
  return [...windows, ...fakeStageScenes()];
}

function planningScenes(arena: Arena): Scene[] {
  const windows = PATCH_PLANNING.flatMap((activity) => WHENS.map((when) => planningScene(arena, activity, when)));
  return [...windows, ...fakePlanningScenes()];
}

/** A run for each point. */
async function runScenes(arena: Arena): Promise<Scene[]> {
  const steps = await stepsByKind(arena);
  const single = [...steps].flatMap(([kind, ofKind]) =>
    ofKind.flatMap((step) => WHENS.map((when) => patchScene(arena, kind, [step], [when]))),
  );
  return [...single, ...fakeStageScenes(), ...planningScenes(arena)];
}

/** A turn of a stage that only looks has an id of its own, which ends as the others do. */
async function turnIdOf({ lab: { client } }: Arena, of: string, runId: string): Promise<string> {
  if (await isOpen(client, of)) return of;
  const { raw } = await client.workflow.getHandle(runId).describe();
  return `look/${raw.workflowExecutionInfo?.firstRunId}/inspect/${of}`;
}

function casesOf(scenes: readonly Scene[]): number {
  return scenes.reduce((sum, { points }) => sum + points.size, 0);
}

/** Nothing may be lost by a kill or a reset. */
async function notWhole({ lab: { client } }: Arena, scenes: readonly Scene[]): Promise<string[]> {
  const runs = await Promise.all(scenes.map(({ runId }) => readRun(client, runId)));
  return runs.flatMap(({ runId, result, told }) => {
    if (result?.outcome === 'succeeded') return [];
    const bad = told.filter(({ outcome }) => outcome?.state !== 'succeeded');
    const words = bad.map(({ target, outcome }) => `${target} ${outcome?.state ?? 'lost'}: ${outcome?.reason ?? ''}`);
    return [`${runId} ended ${result?.outcome ?? 'without a result'}: ${words.join('; ')}`];
  });
}

/** Of a turn that was terminated nobody knows anything; the fake runbook takes its drawers through a later stage all the same. */
async function notUnknown({ lab: { client } }: Arena, scenes: readonly Scene[]): Promise<string[]> {
  const windows = scenes.filter(({ type }) => type === 'patchWindow');
  const runs = await Promise.all(windows.map(({ runId }) => readRun(client, runId)));
  return runs.flatMap(({ runId, result, plan }) => {
    const targets = plan?.material.targets.length ?? 0;
    return result?.ledger.unknown === targets
      ? []
      : [`${runId}: ${result?.ledger.unknown} of ${targets} lost turns are unknown`];
  });
}
