import type { PatchMaterial } from '../../../model/patch-window/plan.ts';
import type { PatchState } from '../../../model/patch-window/turn.ts';
import type { LedgerEntry } from '../../../model/run.ts';
import type { Step } from './activities.ts';
import { patchPlan, plannedTarget, type HostChange } from './plan.ts';
import type { Stage } from './stage.ts';

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
