import { createHash } from 'node:crypto';
import type { ControlActivities } from '../../model/activities.ts';
import type { SharedInput } from '../../runbooks/input/shared.ts';
import { freeze } from '../../runbooks/planning/freeze.ts';
import { runbookOf, type PlanningDependencies } from './planning-dependencies.ts';
import { refusal } from './refusal.ts';

/** Makes the frozen plan; pure but for the hash. Fails with `InvalidInput`, `PlanRefused` or `PlanTooLarge`. */
export function freezePlan(dependencies: PlanningDependencies): ControlActivities['freezePlan'] {
  return async ({ runbook: name, parsed, surveyed, now, relist }) => {
    const runbook = runbookOf(dependencies, name);
    const { scripts } = dependencies;
    const draft = runbook.plan({
      // `resolveTargets` parsed it in the same run.
      input: parsed as SharedInput,
      organisation: dependencies.organisation(),
      surveyed,
      now,
      scripts,
      sha256,
      relist,
    });
    if (!draft.ok) throw refusal('InvalidInput', draft.problems);
    const simulated = [...new Set(surveyed.flatMap((survey) => survey.simulated))];
    const frozen = freeze(draft.value, { runbook: name, now, simulated, mayBeEmpty: relist !== null, sha256 });
    if (!frozen.ok) throw refusal(frozen.failure, frozen.problems);
    return frozen.plan;
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
