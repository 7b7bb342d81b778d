import type { HostFacts } from '../../model/patch-window/facts.ts';
import type { ObservedHost, ObservedHosts, PatchMaterial, PatchTarget } from '../../model/patch-window/plan.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { GuardVerdict } from '../../model/plan.ts';
import type { Surveyed } from '../../model/survey.ts';
import type { PlanDraft, PlanRequest } from '../runbook.ts';
import type { PatchWindowInput } from './input.ts';
import { guardTarget } from './plan-guards.ts';
import { planMaterial, surveyOf } from './plan-material.ts';
import type { Surveys } from './plan-material.ts';
import { resolveInput } from './resolve-input.ts';
import type { ResolvedInput } from './resolve-input.ts';
import { patchSettings } from './settings.ts';

export type PatchPlanRequest = PlanRequest<PatchWindowInput, HostFacts>;

/** The plan of a patch window: a pure function of input, organisation and facts. */
export function planPatchWindow(
  request: PatchPlanRequest,
): Parsed<PlanDraft<PatchMaterial, PatchTarget, ObservedHosts>> {
  const parsed = resolveInput(request.input, request.organisation);
  if (!parsed.ok) return parsed;
  const resolved = parsed.value;
  const surveys = surveyOf(resolved, request.surveyed);
  const material = planMaterial(request, resolved, surveys);
  return {
    ok: true,
    value: {
      material,
      seen: Object.fromEntries([...surveys].map(([host, survey]) => [host, observe(survey)])),
      guards: guardAll(request, resolved, material.targets, surveys),
    },
  };
}

function guardAll(
  { organisation, window, now }: PatchPlanRequest,
  resolved: ResolvedInput,
  targets: PlanDraft<PatchMaterial, PatchTarget, ObservedHosts>['material']['targets'],
  surveys: Surveys,
): GuardVerdict[] {
  const settings = patchSettings(organisation);
  const planned = new Map(targets.map((target) => [target.id, target]));
  return resolved.targets.flatMap((host) => {
    const [target, survey] = [planned.get(host.name), surveys.get(host.name)];
    if (target === undefined || survey === undefined) return [];
    return guardTarget({ resolved, window, host, target, survey, settings, now });
  });
}

function observe(survey: Surveyed<HostFacts>): ObservedHost {
  if (survey.status !== 'read') return { reachable: false, reason: survey.reason };
  const { bootTime, freeDiskMb, pendingReboot, lastScanAt, lastVerifiedBackupAt, offered } = survey.facts;
  return {
    reachable: true,
    bootTime,
    freeDiskMb,
    pendingReboot,
    lastScanAt,
    lastVerifiedBackupAt,
    offered: offered.length,
  };
}
