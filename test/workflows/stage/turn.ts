import type { PatchMaterial } from '../../../model/patch-window/plan.ts';
import type { PatchState } from '../../../model/patch-window/turn.ts';
import type { LedgerEntry } from '../../../model/run.ts';
import type { Step } from './activities.ts';
import { patchPlan, plannedTarget, type HostChange } from './plan.ts';
import type { Run, Stage } from './stage.ts';
import { until } from './until.ts';

/** How the calls of a step end, one after the other; the last stays. */
export type StepOrder = [Step, ...unknown[]];

let count = 0;

/** A host name that no other turn has. */
export function freshHost(): string {
  return `srv${String((count += 1)).padStart(3, '0')}`;
}

/** One target's turn under orders; its ledger entry and the calls that reached its host. */
export async function takeTurn(
  stage: Stage,
  orders: StepOrder[],
  target: HostChange = {},
  own: Partial<PatchMaterial> = {},
): Promise<{ entry: LedgerEntry<PatchState>; calls: string[] }> {
  const name = freshHost();
  for (const [step, ...endings] of orders) stage.directed.order(name, step, ...endings);
  const run = await stage.start(patchPlan({ targets: [plannedTarget(name, target)], own }));
  await run.result();
  return { entry: await run.entry(name), calls: stage.directed.callsOf(name) };
}

/** A paused run whose only target's first turn has ended. */
export async function pausedAfterTurn(stage: Stage, name: string, own: Partial<PatchMaterial> = {}): Promise<Run> {
  const gate = stage.directed.gates.close(`${name}/preflight`);
  const run = await stage.start(patchPlan({ targets: [plannedTarget(name)], own }));
  await gate.reached;
  await run.update('pause', { reason: 'a test asks for it', by: 'Kim Example' });
  gate.open();
  await until(`the turn of ${name} ended`, async () => (await run.entry(name)).progress === 'ended');
  return run;
}
