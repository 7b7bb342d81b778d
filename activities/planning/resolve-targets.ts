import { ApplicationFailure } from '@temporalio/common';
import type { ControlActivities } from '../../model/activities.ts';
import { drainText, type Drain } from '../../model/drain.ts';
import { FAILURES } from '../../model/failures.ts';
import { parseInput } from '../../runbooks/input/shared.ts';
import { runbookOf, type PlanningDependencies } from './planning-dependencies.ts';
import { refusal } from './refusal.ts';

/**
 * Parses the input and finds out where facts have to be read, before any target is. Fails with `InvalidInput` and every problem; before
 * that with `Draining`, for a run that begins while no new one may.
 */
export function resolveTargets(dependencies: PlanningDependencies): ControlActivities['resolveTargets'] {
  return async ({ runbook: name, input, begins }) => {
    const drain = begins ? await dependencies.readDrain() : null;
    if (drain !== null) throw draining(drain);
    const runbook = runbookOf(dependencies, name);
    const organisation = dependencies.organisation();
    const parsed = parseInput(runbook.input, input);
    if (!parsed.ok) {
      const beside = runbook.problemsBeside?.(input, organisation) ?? [];
      throw refusal('InvalidInput', [...parsed.problems, ...beside]);
    }
    const surveys = runbook.resolve(parsed.value, organisation, new Date().toISOString());
    if (!surveys.ok) throw refusal('InvalidInput', surveys.problems);
    const { change, reason, dryRun } = parsed.value;
    const { limits } = organisation.policies;
    return { change, reason, dryRun, parsed: parsed.value, surveys: surveys.value, survey: runbook.survey, limits };
  };
}

function draining(drain: Drain): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${drainText(drain)}. ${FAILURES.Draining.advice}`, 'Draining', {
    type: 'Draining',
  });
}
