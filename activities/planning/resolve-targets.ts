import type { ControlActivities } from '../../model/activities.ts';
import { parseInput } from '../../runbooks/input/shared.ts';
import { windowOf } from '../../runbooks/input/window.ts';
import { draining } from '../drain/read-drain.ts';
import { runbookOf, type PlanningDependencies } from './planning-dependencies.ts';
import { refusal } from './refusal.ts';

/**
 * Parses the input, reads its window and finds out where facts have to be read, before any target is. Fails with `InvalidInput` and
 * every problem, of which a window that is over by now is one; before that with `Draining`, for a run that begins while no new one may.
 */
export function resolveTargets(dependencies: PlanningDependencies): ControlActivities['resolveTargets'] {
  return async ({ runbook: name, input, begins, dueAt, now }) => {
    const drain = begins ? await dependencies.readDrain() : null;
    if (drain !== null) throw draining(drain);
    const runbook = runbookOf(dependencies, name);
    const organisation = dependencies.organisation();
    const parsed = parseInput(runbook.input, input);
    if (!parsed.ok) {
      const beside = runbook.problemsBeside?.(input, organisation) ?? [];
      throw refusal('InvalidInput', [...parsed.problems, ...beside]);
    }
    const read = windowOf(parsed.value, organisation, { dueAt, now });
    const window = read.ok ? read.value : null;
    const surveys = runbook.resolve({ input: parsed.value, organisation, window, now });
    if (!read.ok || !surveys.ok)
      throw refusal(
        'InvalidInput',
        [read, surveys].flatMap((part) => (part.ok ? [] : part.problems)),
      );
    const { change, reason, dryRun } = parsed.value;
    return {
      change,
      reason,
      dryRun,
      parsed: parsed.value,
      window: read.value,
      surveys: surveys.value,
      survey: runbook.survey,
      limits: organisation.policies.limits,
    };
  };
}
