import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { ResolvedTargets } from '../model/activities.ts';
import type { SurveyedHost } from '../model/facts.ts';
import { FAILURES } from '../model/failures.ts';
import type { PatchPlan } from '../model/plan.ts';
import { control, siteSteps } from './activity-proxies.ts';
import { summaryText } from './text-limits.ts';
import { asStepFailure, type StepFailure } from './turn/step-failure.ts';

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
  refuseTooManyFacts(surveyed);
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
    const summary = summaryText(`survey ${site}: hosts ${from + 1} to ${from + page.length} of ${hosts.length}`);
    try {
      found.push(...(await activities.surveyHosts.executeWithOptions({ summary }, [{ hosts: page, limits }])));
    } catch (error) {
      const failed = asStepFailure(error);
      // Each further page would wait as long again for the worker that is not there.
      if (failed.type === 'NoWorker') return [...found, ...unread(hosts.slice(from), failed)];
      found.push(...unread(page, failed));
    }
  }
  return found;
}

function unread(hosts: string[], { type, message }: StepFailure): SurveyedHost[] {
  const status = type === 'NoWorker' ? 'unreachable' : 'unreadable';
  return hosts.map((host) => ({ host, status, reason: `${host}: ${message}`, simulated: [] }));
}

/** Bytes of facts that one planning activity may be given; the server ends a run that sends 2 MB, with a failure that helps nobody. */
const MAX_FACTS_BYTES = 1_800_000;

function refuseTooManyFacts(surveyed: SurveyedHost[]): void {
  const bytes = new TextEncoder().encode(JSON.stringify(surveyed)).length;
  if (bytes <= MAX_FACTS_BYTES) return;
  const parts = Math.ceil(bytes / MAX_FACTS_BYTES) + 1;
  const problem = {
    path: 'targets',
    message: `what ${surveyed.length} hosts say of themselves has ${Math.ceil(bytes / 1024)} KB; ${Math.floor(MAX_FACTS_BYTES / 1024)} KB are the most`,
    expected: `the window split into about ${parts} runs, by wave, tag or site`,
  };
  const message = `The plan is too large for one run: ${problem.message}. ${FAILURES.PlanTooLarge.advice}`;
  throw ApplicationFailure.nonRetryable(message, 'PlanTooLarge', { type: 'PlanTooLarge', problems: [problem] });
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
