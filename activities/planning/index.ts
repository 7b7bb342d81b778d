import type { ControlActivities } from '../../model/activities.ts';
import { freezePlan } from './freeze-plan.ts';
import type { PlanningDependencies } from './planning-dependencies.ts';
import { resolveTargets } from './resolve-targets.ts';
import { stageWindow } from './stage-window.ts';

/** The activities that make plans, on the `control` queue. */
export function createPlanningActivities(
  dependencies: PlanningDependencies,
): Pick<ControlActivities, 'resolveTargets' | 'freezePlan' | 'stageWindow'> {
  return {
    resolveTargets: resolveTargets(dependencies),
    freezePlan: freezePlan(dependencies),
    stageWindow: stageWindow(dependencies),
  };
}
