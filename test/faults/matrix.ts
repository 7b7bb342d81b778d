import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { InventoryHost } from '../../model/inventory.ts';
import { hostTurnId } from '../../model/ids.ts';
import { windowInput } from '../patch-window/runs/input.ts';
import type { Arena } from './arena.ts';
import { WHENS, type Point, type When } from './points.ts';

/** An activity of a turn or of planning. */
export type Step = Pick<Point, 'activity' | 'occurrence'>;

/** How a host is prepared and patched, so that its turn has the step. */
const KINDS = ['plain', 'removing', 'service-down', 'member'] as const;
export type Kind = (typeof KINDS)[number];

/** A run at one or more points of which activities are held. */
export interface Scene {
  type: 'patchWindow' | 'fakeRun';
  runId: string;
  input: Record<string, unknown>;
  /** By target; planning's stand under the only target of their run. */
  points: Map<string, Point>;
  hosts: InventoryHost[];
}

/** Activities that make the plan of a patch window. */
export const PATCH_PLANNING: readonly string[] = ['resolveTargets', 'surveyHosts', 'freezePlan'];
/** Those of the fake runbook, which lists its drawers again before its second stage and reads a window before its third. */
const FAKE_PLANNING: readonly Step[] = [
  ...['resolveTargets', 'surveyDrawers', 'freezePlan'].flatMap((activity) =>
    [1, 2].map((occurrence) => ({ activity, occurrence })),
  ),
  { activity: 'stageWindow', occurrence: 1 },
];
const FAKE_STAGES = 4;

/** One run of patch windows of a kind, each host of which is held at its own point. */
export function patchScene(arena: Arena, kind: Kind, steps: readonly Step[], whens: readonly When[] = WHENS): Scene {
  const points = new Map<string, Point>();
  const hosts: InventoryHost[] = [];
  for (const step of steps) {
    for (const when of whens) {
      const host = hostOf(arena, kind);
      hosts.push(host);
      points.set(host.name, { ...step, when, of: hostTurnId(host.name) });
    }
  }
  return { type: 'patchWindow', runId: newId(), input: inputOf(kind, hosts), points, hosts };
}

/** A run over others that need the same locks as these hosts; nobody is held. */
export function nextComers(arena: Arena, hosts: readonly InventoryHost[]): Scene {
  const others = hosts.map((host) => arena.takeBeside(host));
  return { type: 'patchWindow', runId: newId(), input: inputOf('removing', others), points: new Map(), hosts: others };
}

/** A run of one host whose planning is held. */
export function planningScene(arena: Arena, activity: string, when: When): Scene {
  const host = hostOf(arena, 'plain');
  const runId = newId();
  const points = new Map([[host.name, { activity, occurrence: 1, when, of: runId }]]);
  return { type: 'patchWindow', runId, input: inputOf('plain', [host]), points, hosts: [host] };
}

function hostOf(arena: Arena, kind: Kind): InventoryHost {
  if (kind === 'member') return arena.takeGroup('scada')[0] as InventoryHost;
  // A removal that is held keeps every other one on its datastore waiting.
  const host = kind === 'removing' ? arena.takeApart() : arena.take();
  if (kind === 'service-down') {
    const service = host.services.at(-1) ?? '';
    arena.plant.order({ host: host.name, fault: 'service-stays-down', service, times: 1 });
  }
  return host;
}

function inputOf(kind: Kind, hosts: readonly InventoryHost[]): Record<string, unknown> {
  return windowInput(
    hosts.map(({ name }) => name),
    {
      waves: [{ name: 'all', rest: true, canary: false, concurrency: 100 }],
      snapshot: { take: 'when-possible', keep: kind === 'removing' ? '0s' : '24h' },
    },
  );
}

/** The activities of a turn of this kind in which nothing goes wrong, from its history. */
async function stepsOf(arena: Arena, kind: Kind): Promise<Step[]> {
  const host = hostOf(arena, kind);
  await (await arena.start('patchWindow', inputOf(kind, [host]))).result();
  const { events } = await arena.lab.client.workflow.getHandle(hostTurnId(host.name)).fetchHistory();
  const names = events?.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []) ?? [];
  return names.map((activity, index) => ({
    activity,
    occurrence: names.slice(0, index + 1).filter((name) => name === activity).length,
  }));
}

/** Every step of a patch window: each kind of turn is held in the steps that no kind before it has. */
export async function stepsByKind(arena: Arena): Promise<Map<Kind, Step[]>> {
  const known = new Set<string>();
  const byKind = new Map<Kind, Step[]>();
  for (const kind of KINDS) {
    const steps = await stepsOf(arena, kind);
    const fresh = steps.filter(({ activity, occurrence }) => !known.has(`${activity} ${occurrence}`));
    for (const { activity, occurrence } of fresh) known.add(`${activity} ${occurrence}`);
    byKind.set(kind, fresh);
  }
  return byKind;
}

/** Runs of the fake runbook, one for each stage, whose drawers are held in it. */
export function fakeStageScenes(): Scene[] {
  return Array.from({ length: FAKE_STAGES }, (_, stage) => {
    const points = WHENS.map((when): [string, Point] => {
      const cabinet = newCabinet();
      return [
        `${cabinet}1`,
        { activity: 'handleDrawer', occurrence: stage + 1, when, of: `target/cabinet/${cabinet}` },
      ];
    });
    return fakeScene(newId(), new Map(points));
  });
}

/** Runs of the fake runbook, one for each activity that plans and each moment in it. */
export function fakePlanningScenes(): Scene[] {
  return FAKE_PLANNING.flatMap((step) =>
    WHENS.map((when) => {
      const runId = newId();
      return fakeScene(runId, new Map([[`${newCabinet()}1`, { ...step, when, of: runId }]]));
    }),
  );
}

function fakeScene(runId: string, points: Map<string, Point>): Scene {
  const input = {
    change: 'CHG7700001',
    reason: 'The cabinets want it',
    site: 'nordhavn',
    drawers: [...points.keys()],
    window: { closes: '+1h' },
    restMs: 300,
  };
  return { type: 'fakeRun', runId, input, points, hosts: [] };
}

function newId(): string {
  return `matrix/${randomUUID()}`;
}

let cabinets = 0;
/** `aa`, `ab` and so on. */
function newCabinet(): string {
  const letter = (index: number): string => String.fromCodePoint(97 + (index % 26));
  cabinets += 1;
  return `${letter(Math.floor(cabinets / 676))}${letter(Math.floor(cabinets / 26))}${letter(cabinets)}`;
}

function pointsOf(scenes: readonly Scene[]): Point[] {
  return scenes.flatMap(({ points }) => [...points.values()]);
}

/** Starts the runs of all scenes and waits until every one of their points is reached. */
export async function startHeld(arena: Arena, scenes: readonly Scene[]): Promise<WorkflowHandle[]> {
  await arena.seat.arm(pointsOf(scenes));
  const runs = await Promise.all(scenes.map(({ type, input, runId }) => arena.start(type, input, runId)));
  await arena.seat.held();
  return runs;
}
