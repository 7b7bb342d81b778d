import type { ControlActivities } from '../../model/activities.ts';
import { parseInput } from '../../runbooks/input/shared.ts';
import { windowOf } from '../../runbooks/input/window.ts';
import { runbookOf, type PlanningDependencies } from './planning-dependencies.ts';
import { refusal } from './refusal.ts';

/** Resolves the window of the input anew, as a later stage has it that was due at `dueAt`. Fails with `InvalidInput`. */
export function stageWindow(dependencies: PlanningDependencies): ControlActivities['stageWindow'] {
  return async ({ runbook, input, dueAt, now }) => {
    const parsed = parseInput(runbookOf(dependencies, runbook).input, input);
    const window = parsed.ok ? windowOf(parsed.value, dependencies.organisation(), { dueAt, now }) : parsed;
    if (!window.ok) throw refusal('InvalidInput', window.problems);
    return window.value;
  };
}
