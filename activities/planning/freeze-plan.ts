import { createHash } from 'node:crypto';
import type { ControlActivities } from '../../model/activities.ts';
import { makePlan } from '../../runbooks/patch-window/plan.ts';
import type { PlanningDependencies } from './planning-dependencies.ts';
import { refusal } from './refusal.ts';

/** Makes the frozen plan; pure but for the hash. Fails with `InvalidInput`, `PlanRefused` or `PlanTooLarge`. */
export function freezePlan({ organisation, scripts }: PlanningDependencies): ControlActivities['freezePlan'] {
  return ({ input, surveyed, now }) => {
    const result = makePlan({ input, organisation: organisation(), surveyed, now, scripts, sha256 });
    if (!result.ok) return Promise.reject(refusal(result.failure, result.problems));
    return Promise.resolve(result.plan);
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
