import type { SiteActivities } from '../../../model/activities.ts';
import type { PatchPlan, PlannedTarget } from '../../../model/plan.ts';
import type { LedgerEntry } from '../../../model/run.ts';
import { patchPlan, plannedTarget } from './plan.ts';
import type { Stage } from './stage.ts';

/** How the calls of a step end, one after the other; the last stays. */
export type StepOrder = [keyof SiteActivities, ...unknown[]];

let count = 0;

/** A host name that no other turn has. */
export function freshHost(): string {
  return `srv${String((count += 1)).padStart(3, '0')}`;
}

/** One target's turn under orders; its ledger entry and the calls that reached its host. */
export async function takeTurn(
  stage: Stage,
  orders: StepOrder[],
  target: Partial<PlannedTarget> = {},
  material: Partial<PatchPlan['material']> = {},
): Promise<{ entry: LedgerEntry; calls: string[] }> {
  const name = freshHost();
  for (const [step, ...endings] of orders) stage.directed.order(name, step, ...endings);
  const run = await stage.start(patchPlan({ targets: [plannedTarget(name, target)], material }));
  await run.result();
  return { entry: await run.entry(name), calls: stage.directed.callsOf(name) };
}
