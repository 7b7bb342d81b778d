import type { ControlActivities } from '../../model/activities.ts';
import { awaitRelease } from './await-release.ts';
import { describeHolder } from './describe-holder.ts';
import { followTurn } from './follow-turn.ts';
import { freezePlan } from './freeze-plan.ts';
import type { PlanningDependencies } from './planning-dependencies.ts';
import { resolveTargets } from './resolve-targets.ts';

export type { PlanningDependencies } from './planning-dependencies.ts';

/** The activities of the `control` queue: planning, and who holds which lock. */
export function createControlActivities(dependencies: PlanningDependencies): ControlActivities {
  return {
    resolveTargets: resolveTargets(dependencies),
    freezePlan: freezePlan(dependencies),
    describeHolder: describeHolder(dependencies),
    followTurn: followTurn(dependencies),
    awaitRelease: awaitRelease(dependencies),
  };
}
