import type { PatchMaterial } from '../../../model/patch-window/plan.ts';
import type { PatchState } from '../../../model/patch-window/turn.ts';
import type { LedgerEntry } from '../../../model/run.ts';
import type { Step } from './activities.ts';
import { patchPlan, plannedTarget, waveOf, type HostChange } from './plan.ts';
import type { Run, Stage } from './stage.ts';

/** How the calls of a step end, one after the other; the last stays. */
export type StepOrder = [Step, ...unknown[]];

let count = 0;

/** A host name that no other turn has. */
export function freshHost(): string {
  return `srv${String((count += 1)).padStart(3, '0')}`;
}

/** What there is to see of a turn that has ended: its ledger entry and the calls that reached its host. */
export interface SeenTurn {
  entry: LedgerEntry<PatchState>;
  calls: string[];
}

/** One target's turn under orders. */
export async function takeTurn(
  stage: Stage,
  orders: StepOrder[],
  target: HostChange = {},
  own: Partial<PatchMaterial> = {},
): Promise<SeenTurn> {
  const turns = await takeTurns(stage, { one: orders }, target, own);
  return turns.one;
}

/** The turns of several targets in one run, each under orders of its own. */
export async function takeTurns<Case extends string>(
  stage: Stage,
  cases: Record<Case, StepOrder[]>,
  target: HostChange = {},
  own: Partial<PatchMaterial> = {},
): Promise<Record<Case, SeenTurn>> {
  const turns = Object.entries<StepOrder[]>(cases).map(([key, orders]) => ({ key, name: freshHost(), orders }));
  for (const { name, orders } of turns)
    for (const [step, ...endings] of orders) stage.directed.order(name, step, ...endings);
  const targets = turns.map(({ name }) => plannedTarget(name, target));
  const run = await stage.start(patchPlan({ targets, waves: [waveOf(targets, { concurrency: targets.length })], own }));
  await run.result();
  const ledger = await run.ledger();
  const seen = turns.map(({ key, name }) => {
    const entry = ledger.find(({ id }) => id.startsWith(`${name}.`));
    return [key, { entry, calls: stage.directed.callsOf(name) }];
  });
  return Object.fromEntries(seen) as Record<Case, SeenTurn>;
}

/** A paused run whose only target's first turn has ended. */
export async function pausedAfterTurn(stage: Stage, name: string, own: Partial<PatchMaterial> = {}): Promise<Run> {
  const gate = stage.directed.gates.close(`${name}/preflight`);
  const run = await stage.start(patchPlan({ targets: [plannedTarget(name)], own }));
  await gate.reached;
  await run.update('pause', { reason: 'a test asks for it', by: 'Kim Example' });
  gate.open();
  await run.turnsEnded(name);
  return run;
}
