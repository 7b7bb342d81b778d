import { condition, workflowInfo } from '@temporalio/workflow';
import type { Plan, PlannedWindow, Target } from '../../model/plan.ts';
import { lookTurnId } from '../../model/ids.ts';
import { withoutSteps, type Outcome } from '../../model/turn.ts';
import { planningActivities } from '../activity-proxies.ts';
import { rollOut } from '../rollout/roll-out.ts';
import type { StopReason } from '../rollout/schedule.ts';
import type { StageInHand } from '../rollout/stage-in-hand.ts';
import { summaryText } from '../text-limits.ts';
import { asStepFailure } from '../turn/step-failure.ts';
import { continueBefore } from './continued.ts';
import type { RunControl } from './control.ts';
import { planRun, runDueAt, unwrapped } from './planning.ts';
import type { Procedure, Stage } from './procedure.ts';
import type { RunRecord } from './record.ts';

/** A run whose plan is there. */
export interface RunInHand<O = unknown> {
  procedure: Procedure<unknown, unknown, O>;
  input: unknown;
  record: RunRecord<O>;
  control: RunControl;
}

/** A target that a stage selected, and the time at which its turn may start, in epoch milliseconds. */
interface Selected {
  target: Target;
  dueAt: number | null;
}

/**
 * Takes the stages one after the other. In a stage: wait, list again, its own window, turns. `from`: the stage to go on with; the
 * execution before ended right before waiting for it. Returns why the run stopped early, or null.
 */
export async function takeStages<O>(run: RunInHand<O>, from: string | null): Promise<StopReason | null> {
  const { stages } = run.procedure;
  const begin = from === null ? 0 : stages.findIndex(({ name }) => name === from);
  for (const [index, stage] of stages.entries()) {
    if (index < begin) continue;
    const stopped = await takeStage(run, stage, { index, continued: stage.name === from });
    if (stopped !== null) return stopped;
  }
  return null;
}

/** `index`: place of the stage, from 0. `continued`: an earlier execution of the run ended right before waiting for it. */
interface Position {
  index: number;
  continued: boolean;
}

async function takeStage<O>(
  run: RunInHand<O>,
  stage: Stage<unknown, unknown, O>,
  position: Position,
): Promise<StopReason | null> {
  const { procedure, record, control } = run;
  const selected = select(stage, record, position);
  if (selected.length === 0) {
    record.note(`The stage "${stage.name}" has no target.`);
    return null;
  }
  const dueAt = stageDueAt(stage, selected, position);
  await untilDue(run, stage, dueAt, position);
  if (control.aborting !== null) return 'abort';
  const prepared = await prepare(run, stage, { selected, dueAt: new Date(dueAt).toISOString(), ...position });
  if (prepared === null) return 'stage';
  const { plan, window } = prepared;
  const { firstExecutionRunId } = workflowInfo();
  const turnIds = plan.material.targets.map(({ id, lock }): [string, string] => [
    id,
    window === null ? lookTurnId(firstExecutionRunId, stage.name, lock) : lock,
  ]);
  record.enter(stage.name, plan, window, new Map(turnIds));
  const notBefore = new Map(selected.flatMap(({ target, dueAt: due }) => (due === null ? [] : [[target.id, due]])));
  return await rollOut({ procedure, stage, ...prepared, notBefore, record, control });
}

function select<O>(stage: Stage<unknown, unknown, O>, record: RunRecord<O>, { index }: Position): Selected[] {
  const targets = record.plan?.material.targets ?? [];
  const takes = stage.select?.bind(stage) ?? ((_: Target, before: readonly Outcome<O>[]) => succeeded(before, index));
  return targets.flatMap((target) => {
    const before = record.ledger.outcomesOf(target.id);
    if (!takes(target, before)) return [];
    const notBefore = stage.notBefore?.(target, before) ?? null;
    return [{ target, dueAt: notBefore === null ? null : Date.parse(notBefore) }];
  });
}

/** Whether a target took every stage so far, and succeeded in each. */
function succeeded(before: readonly Outcome[], stages: number): boolean {
  return before.length === stages && before.every(({ state }) => state === 'succeeded');
}

/**
 * When the stage is due, in epoch milliseconds; its window is read against that. One that lists again begins when its last target is
 * due; otherwise it begins with the first, and each target waits for its own time. A stage that need not wait is due with the run, a
 * later one when the stage before it has ended.
 */
function stageDueAt<O>(
  stage: Stage<unknown, unknown, O>,
  selected: readonly Selected[],
  { index, continued }: Position,
): number {
  const times = selected.map(({ dueAt }) => dueAt ?? 0);
  const until = stage.relist === true ? Math.max(...times) : Math.min(...times);
  // It was waited for: a worker that came late to that changes nothing.
  if (continued) return until;
  return Math.max(until, index === 0 ? Date.parse(runDueAt()) : Date.now());
}

/** Waits for the stage. The wait lies in an execution of its own. */
async function untilDue<O>(
  { input, record, control }: RunInHand<O>,
  stage: Stage<unknown, unknown, O>,
  until: number,
  { continued }: Position,
): Promise<void> {
  if (until <= Date.now()) return;
  if (!continued) await continueBefore(stage.name, input, record, control);
  record.waiting = `The stage "${stage.name}" begins at ${new Date(until).toISOString()}.`;
  record.show();
  const summary = summaryText(`until the stage "${stage.name}" begins`);
  await condition(() => control.aborting !== null, until - Date.now(), { summary });
  record.waiting = null;
}

/** A stage that is about to begin. `dueAt`: when it was due, ISO 8601 in UTC. */
interface Due extends Position {
  selected: readonly Selected[];
  dueAt: string;
}

/** The plan and the window of a stage. Null when either cannot be had; what was done before is handed over. */
async function prepare<O>(
  run: RunInHand<O>,
  stage: Stage<unknown, unknown, O>,
  due: Due,
): Promise<Pick<StageInHand, 'plan' | 'verdicts' | 'window'> | null> {
  const { index, continued } = due;
  try {
    const plan = await planOf(run, stage, due);
    const relisted = stage.relist === true;
    // The plan's window and guards count for the first stage and after a relist only.
    const verdicts = index === 0 || relisted ? plan.guards : [];
    if (stage.bound === 'looks-only') return { plan, verdicts, window: null };
    const planned = (index === 0 && !continued) || relisted;
    return { plan, verdicts, window: planned ? plan.material.window : await windowOf(run, stage, due) };
  } catch (error) {
    run.record.note(`The stage "${stage.name}" could not begin: ${asStepFailure(error).message}`);
    return null;
  }
}

/** What a stage works on: the plan of the run, or a new list, cut to the targets that were selected. */
async function planOf<O>(
  { procedure, input, record }: RunInHand<O>,
  stage: Stage<unknown, unknown, O>,
  { selected, dueAt }: Due,
): Promise<Plan> {
  const ids = new Set(selected.map(({ target }) => target.id));
  if (stage.relist !== true && record.plan !== null) return cutTo(record.plan, ids);
  const before = Object.fromEntries([...ids].map((id) => [id, record.ledger.outcomesOf(id).map(withoutSteps)]));
  const relist = { stage: stage.name, before };
  const { plan } = await planRun({ runbook: procedure.name, input, dueAt, relist });
  const listed = cutTo(plan, ids);
  const gone = [...ids].filter((id) => !listed.material.targets.some((target) => target.id === id));
  if (gone.length > 0)
    record.note(`Not on the new list of the stage "${stage.name}", and left as they are: ${gone.join(', ')}.`);
  return listed;
}

function cutTo(plan: Plan, ids: ReadonlySet<string>): Plan {
  const { material } = plan;
  const waves = material.waves.map((wave) => ({ ...wave, targets: wave.targets.filter((id) => ids.has(id)) }));
  return {
    ...plan,
    material: {
      ...material,
      targets: material.targets.filter(({ id }) => ids.has(id)),
      waves: waves.filter(({ targets }) => targets.length > 0),
    },
  };
}

/** The first stage's window is over by then, so each later stage resolves its own. */
async function windowOf<O>(
  { procedure, input }: RunInHand<O>,
  { name }: Pick<Stage, 'name'>,
  { dueAt }: Due,
): Promise<PlannedWindow> {
  const summary = summaryText(`the window of the stage "${name}"`);
  const request = { runbook: procedure.name, input, dueAt, now: new Date().toISOString() };
  return await unwrapped(planningActivities.stageWindow.executeWithOptions({ summary }, [request]));
}
