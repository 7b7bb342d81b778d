import type { ControlActivities } from '../../model/activities.ts';
import { beating } from '../step/step.ts';
import { freezePlan } from './freeze-plan.ts';
import type { PlanningDependencies } from './planning-dependencies.ts';
import { resolveTargets } from './resolve-targets.ts';
import { stageWindow } from './stage-window.ts';

type PlanningActivities = Pick<ControlActivities, 'resolveTargets' | 'freezePlan' | 'stageWindow'>;

/** The activities that make plans, on the `control` queue. */
export function createPlanningActivities(dependencies: PlanningDependencies): PlanningActivities {
  return {
    resolveTargets: resolveTargets(dependencies),
    freezePlan: freezePlan(dependencies),
    stageWindow: stageWindow(dependencies),
  };
}

/** The same with a heartbeat behind each, by which the server learns that the worker was lost which made a plan. */
export function withHeartbeat(planning: PlanningActivities): PlanningActivities {
  return {
    resolveTargets: (request) => beating(() => planning.resolveTargets(request)),
    freezePlan: (request) => beating(() => planning.freezePlan(request)),
    stageWindow: (request) => beating(() => planning.stageWindow(request)),
  };
}
