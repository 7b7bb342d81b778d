import type { ControlActivities } from '../../model/activities.ts';
import { resolveInput } from '../../runbooks/patch-window/resolve-input.ts';
import type { PlanningDependencies } from './planning-dependencies.ts';
import { refusal } from './refusal.ts';

/** Parses the input and resolves its targets, before any host is read. Fails with `InvalidInput` and every problem. */
export function resolveTargets({ organisation }: PlanningDependencies): ControlActivities['resolveTargets'] {
  return ({ input }) => {
    const current = organisation();
    const resolved = resolveInput(input, current, new Date().toISOString());
    if (!resolved.ok) return Promise.reject(refusal('InvalidInput', resolved.problems));
    const { targets, input: parsed } = resolved.value;
    const sites = [...new Set(targets.map(({ site }) => site))].toSorted();
    return Promise.resolve({
      change: parsed.change,
      reason: parsed.reason,
      sites: sites.map((site) => ({
        site,
        hosts: targets.filter((host) => host.site === site).map(({ name }) => name),
      })),
      limits: current.policies.limits,
      dryRun: parsed.dryRun,
    });
  };
}
