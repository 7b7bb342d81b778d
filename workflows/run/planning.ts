import { defineSearchAttributeKey } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { Relist, ResolvedTargets } from '../../model/activities.ts';
import { FAILURES } from '../../model/failures.ts';
import type { Limits, Plan } from '../../model/plan.ts';
import type { Survey, Surveyed } from '../../model/survey.ts';
import { planningActivities, stepActivities } from '../activity-proxies.ts';
import { summaryText } from '../text-limits.ts';
import { asStepFailure, type StepFailure } from '../turn/step-failure.ts';

/** Items that one survey activity reads, so that no payload grows large. */
const SURVEY_PAGE = 10;
/** Bytes of facts that one planning activity may be given; the server ends a run that sends 2 MB, with a failure that helps nobody. */
const MAX_FACTS_BYTES = 1_800_000;

/** When its schedule meant the run to begin; the server sets it, also where it starts the run later or for a time that is past. */
const SCHEDULED = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/** When the run was due to begin, ISO 8601 in UTC: scheduled, or else started. A late worker and a reset change nothing of it. */
export function runDueAt(): string {
  const { typedSearchAttributes, startTime } = workflowInfo();
  return (typedSearchAttributes.get(SCHEDULED) ?? startTime).toISOString();
}

/** What is planned. */
export interface Planning {
  runbook: string;
  input: unknown;
  /** When the run, or the stage that lists again, was due to begin: its window is read against that. ISO 8601 in UTC. */
  dueAt: string;
  /** Set when a later stage lists its targets again. */
  relist: Relist | null;
}

/**
 * Parses the input, reads its window, reads facts at each site and freezes the plan. Everything is decided inside activities, so that
 * the plan stands in the history. Fails with `InvalidInput`, `PlanRefused` or `PlanTooLarge`.
 */
export async function planRun({ runbook, input, dueAt, relist }: Planning): Promise<{ dryRun: boolean; plan: Plan }> {
  const resolved = await unwrapped(
    planningActivities.resolveTargets.executeWithOptions({ summary: 'read the input, find its targets' }, [
      { runbook, input, begins: relist === null, dueAt, now: new Date().toISOString() },
    ]),
  );
  const { parsed, window, surveys, dryRun } = resolved;
  const surveyed = (await Promise.all(surveys.map((place) => surveyPlace(place, resolved)))).flat();
  refuseTooManyFacts(surveyed);
  const now = new Date().toISOString();
  const plan = await unwrapped(
    planningActivities.freezePlan.executeWithOptions({ summary: `freeze the plan for ${surveyed.length} targets` }, [
      { runbook, parsed, window, surveyed, dueAt, now, relist },
    ]),
  );
  return { dryRun, plan };
}

/** Items whose survey fails as a whole are `unreachable` where no worker took it, else `unreadable`; that does not stop the plan. */
async function surveyPlace(
  { queue, items }: ResolvedTargets['surveys'][number],
  { survey, limits }: ResolvedTargets,
): Promise<Surveyed[]> {
  const found: Surveyed[] = [];
  for (let from = 0; from < items.length; from += SURVEY_PAGE) {
    const page = items.slice(from, from + SURVEY_PAGE);
    const summary = summaryText(`survey ${queue}: ${from + 1} to ${from + page.length} of ${items.length}`);
    try {
      found.push(...(await surveyPage(queue, survey, limits, page, summary)));
    } catch (error) {
      const failed = asStepFailure(error);
      // Each further page would wait as long again for the worker that is not there.
      if (failed.type === 'NoWorker') return [...found, ...unread(items.slice(from), failed)];
      found.push(...unread(page, failed));
    }
  }
  return found;
}

async function surveyPage(
  queue: string,
  name: string,
  limits: Limits,
  items: string[],
  summary: string,
): Promise<Surveyed[]> {
  const survey = stepActivities<Record<string, Survey>>(queue, limits)[name];
  if (survey === undefined) throw new TypeError(`there is no activity ${name}`);
  return await survey.executeWithOptions({ summary }, [{ items, limits }]);
}

function unread(items: string[], { type, message }: StepFailure): Surveyed[] {
  const status = type === 'NoWorker' ? 'unreachable' : 'unreadable';
  return items.map((id) => ({ id, status, reason: `${id}: ${message}`, simulated: [] }));
}

function refuseTooManyFacts(surveyed: Surveyed[]): void {
  const bytes = new TextEncoder().encode(JSON.stringify(surveyed)).length;
  if (bytes <= MAX_FACTS_BYTES) return;
  const parts = Math.ceil(bytes / MAX_FACTS_BYTES) + 1;
  const problem = {
    path: 'targets',
    message: `what ${surveyed.length} targets say of themselves has ${Math.ceil(bytes / 1024)} KB; ${Math.floor(MAX_FACTS_BYTES / 1024)} KB are the most`,
    expected: `the window split into about ${parts} runs, by wave, tag or site`,
  };
  const message = `The plan is too large for one run: ${problem.message}. ${FAILURES.PlanTooLarge.advice}`;
  throw ApplicationFailure.nonRetryable(message, 'PlanTooLarge', { type: 'PlanTooLarge', problems: [problem] });
}

/** The activity's own failure instead of the wrapper around it, so that whoever started the run reads every problem. */
export async function unwrapped<R>(result: Promise<R>): Promise<R> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) throw error.cause;
    throw error;
  }
}
