import type { HostFacts } from '../../model/patch-window/facts.ts';
import type { PatchMaterial, PatchTarget } from '../../model/patch-window/plan.ts';
import type { PlanMaterial } from '../../model/plan.ts';
import type { Surveyed } from '../../model/survey.ts';
import { freezeApproval } from './approval.ts';
import type { PatchPlanRequest } from './plan.ts';
import { planTarget } from './plan-target.ts';
import type { ResolvedInput } from './resolve-input.ts';
import { patchSettings } from './settings.ts';

/** The survey's answer for every target, in the order of the targets. */
export type Surveys = Map<string, Surveyed<HostFacts>>;

/** A target of which the survey says nothing counts as unreachable. */
export function surveyOf(resolved: ResolvedInput, surveyed: Surveyed<HostFacts>[]): Surveys {
  const answers = new Map(surveyed.map((survey) => [survey.id, survey]));
  return new Map(
    resolved.targets.map(({ name }) => {
      const none: Surveyed<HostFacts> = {
        id: name,
        status: 'unreachable',
        reason: `${name} could not be read: the survey has no answer of it`,
        simulated: [],
      };
      return [name, answers.get(name) ?? none];
    }),
  );
}

/** What is hashed, so that an approval can bind to it: nothing of it may depend on what changes by itself before the turn. */
export function planMaterial(
  { organisation, window, scripts, sha256 }: Pick<PatchPlanRequest, 'organisation' | 'window' | 'scripts' | 'sha256'>,
  resolved: ResolvedInput,
  surveys: Surveys,
): PlanMaterial<PatchMaterial, PatchTarget> {
  const { input, targets, waves, failureBudget } = resolved;
  const settings = patchSettings(organisation);
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
    failureBudget,
    soakMs: input.soak,
    limits: organisation.policies.limits,
    waves,
    targets: targets.map((host) =>
      planTarget({ host, facts: factsOf(host.name), input, approved, snapshotPolicy, settings, sha256 }),
    ),
    scripts,
    own: {
      approved,
      reboot: input.reboot,
      snapshot: snapshotPolicy,
      finishPendingReboot: input.finishPendingReboot,
      limits: settings.limits,
    },
  };
}
