import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { ResolvedTargets } from '../model/activities.ts';
import type { SurveyedHost } from '../model/facts.ts';
import type { PatchPlan } from '../model/plan.ts';
import { control, siteSteps } from './activity-proxies.ts';
import { asStepFailure } from './turn/step-failure.ts';

/** Hosts that one survey activity reads, so that no payload grows large. */
const SURVEY_PAGE = 10;

/**
 * Parses the input, reads facts at each site and freezes the plan. Everything is decided inside activities, so that the plan
 * stands in the history (design.md, rule 1). Fails with `InvalidInput`, `PlanRefused` or `PlanTooLarge`.
 */
export async function planRun(input: unknown): Promise<{ resolved: ResolvedTargets; plan: PatchPlan }> {
  const resolved = await ownFailure(
    control.resolveTargets.executeWithOptions({ summary: 'read the input, find its targets' }, [{ input }]),
  );
  const surveyed = (await Promise.all(resolved.sites.map((site) => surveySite(site, resolved)))).flat();
  const now = new Date().toISOString();
  const plan = await ownFailure(
    control.freezePlan.executeWithOptions({ summary: `freeze the plan for ${surveyed.length} targets` }, [
      { input, surveyed, now },
    ]),
  );
  return { resolved, plan };
}

/** A site whose survey fails as a whole, for want of a worker say, has unreadable hosts; it does not stop the plan. */
async function surveySite(
  { site, hosts }: ResolvedTargets['sites'][number],
  { limits }: ResolvedTargets,
): Promise<SurveyedHost[]> {
  const activities = siteSteps(site, limits);
  const found: SurveyedHost[] = [];
  for (let from = 0; from < hosts.length; from += SURVEY_PAGE) {
    const page = hosts.slice(from, from + SURVEY_PAGE);
    const summary = `survey ${site}: hosts ${from + 1} to ${from + page.length} of ${hosts.length}`;
    const surveyed = await activities.surveyHosts
      .executeWithOptions({ summary }, [{ hosts: page, limits }])
      .catch((error: unknown) => {
        const { type, message } = asStepFailure(error);
        const status = type === 'NoWorker' ? 'unreachable' : 'unreadable';
        return page.map((host): SurveyedHost => ({ host, status, reason: `${host}: ${message}`, simulated: [] }));
      });
    found.push(...surveyed);
  }
  return found;
}

/** The activity's own failure instead of the wrapper around it, so that whoever started the run reads every problem. */
async function ownFailure<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) throw error.cause;
    throw error;
  }
}
