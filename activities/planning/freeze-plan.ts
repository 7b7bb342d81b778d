import { createHash } from 'node:crypto';
import type { ControlActivities } from '../../model/activities.ts';
import type { SharedInput } from '../../runbooks/input/shared.ts';
import { overBy } from '../../runbooks/input/window.ts';
import { freeze } from '../../runbooks/planning/freeze.ts';
import { runbookOf, type PlanningDependencies } from './planning-dependencies.ts';
import { refusal } from './refusal.ts';

/** Makes the frozen plan; pure but for the hash. Fails with `InvalidInput`, `PlanRefused` or `PlanTooLarge`. */
export function freezePlan(dependencies: PlanningDependencies): ControlActivities['freezePlan'] {
  return async ({ runbook: name, parsed, window, surveyed, dueAt, now, relist }) => {
    const runbook = runbookOf(dependencies, name);
    const { scripts } = dependencies;
    // `resolveTargets` parsed it in the same run.
    const input = parsed as SharedInput;
    // A survey may wait for hosts, or for a worker, until the window is over.
    const over = overBy(input.window, window, { dueAt, now });
    if (over.length > 0) throw refusal('InvalidInput', over);
    const draft = runbook.plan({
      input,
      window,
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
