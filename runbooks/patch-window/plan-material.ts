import type { SurveyedHost } from '../../model/facts.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { PlanMaterial } from '../../model/plan.ts';
import { freezeApproval } from './approval.ts';
import type { Sha256 } from './canonical-json.ts';
import { planTarget } from './plan-target.ts';
import type { ResolvedInput } from './resolve-input.ts';

export interface MaterialRequest {
  organisation: Organisation;
  scripts: Record<string, string>;
  sha256: Sha256;
}

/** The survey's answer for every target, in the order of the targets. */
export type Surveys = Map<string, SurveyedHost>;

/** A target of which the survey says nothing counts as unreachable. */
export function surveyOf(resolved: ResolvedInput, surveyed: SurveyedHost[]): Surveys {
  const answers = new Map(surveyed.map((survey) => [survey.host, survey]));
  return new Map(
    resolved.targets.map(({ name }) => {
      const none: SurveyedHost = {
        host: name,
        status: 'unreachable',
        reason: `${name} could not be read: the survey has no answer of it`,
        simulated: [],
      };
      return [name, answers.get(name) ?? none];
    }),
  );
}

/** What is hashed and signed (design.md, rule 1): nothing of it may depend on what changes by itself before the turn. */
export function planMaterial(request: MaterialRequest, resolved: ResolvedInput, surveys: Surveys): PlanMaterial {
  const { input, targets, waves, window, failureBudget } = resolved;
  const { policies } = request.organisation;
  const factsOf = (name: string) => {
    const survey = surveys.get(name);
    return survey?.status === 'read' ? survey.facts : null;
  };
  const offers = targets.flatMap(({ name, os }) => {
    const facts = factsOf(name);
    return facts === null ? [] : [{ os, facts }];
  });
  const approved = freezeApproval(input.updates, offers);
  const snapshotPolicy = { take: input.snapshot.take, keepMs: input.snapshot.keep };
  return {
    change: input.change,
    reason: input.reason,
    sites: [...new Set(input.site)].toSorted(),
    window,
    approved,
    reboot: input.reboot,
    snapshot: snapshotPolicy,
    finishPendingReboot: input.finishPendingReboot,
    failureBudget,
    soakMs: input.soak,
    limits: policies.limits,
    waves,
    targets: targets.map((host) =>
      planTarget({
        host,
        facts: factsOf(host.name),
        input,
        approved,
        snapshotPolicy,
        policies,
        sha256: request.sha256,
      }),
    ),
    scripts: request.scripts,
  };
}
