import type { SurveyedHost } from '../../model/facts.ts';
import { failureRule } from '../../model/failures.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { GuardVerdict, ObservedHost, PatchPlan, PlanMaterial, PlannedTarget } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Sha256 } from './canonical-json.ts';
import { expectedLength } from './expected-end.ts';
import { guardTarget } from './plan-guards.ts';
import { planMaterial, surveyOf } from './plan-material.ts';
import type { Surveys } from './plan-material.ts';
import { resolveInput } from './resolve-input.ts';
import type { ResolvedInput } from './resolve-input.ts';

/** What a plan is made of; nothing else enters it. */
export interface PlanRequest {
  input: unknown;
  organisation: Organisation;
  surveyed: SurveyedHost[];
  /** ISO 8601 in UTC. */
  now: string;
  /** SHA-256 of every script and host module, by file name. */
  scripts: Record<string, string>;
  sha256: Sha256;
}

export type PlanResult =
  | { ok: true; plan: PatchPlan }
  | { ok: false; failure: 'InvalidInput' | 'PlanRefused' | 'PlanTooLarge'; problems: Problem[] };

/** Temporal warns of payloads from here on (design.md, rule 1). */
const MAX_PLAN_BYTES = 256 * 1024;

/**
 * Makes the frozen plan: a pure function of input, organisation and facts (design.md, rule 1). A host that a guard refuses, or
 * asks about, stays in targets and waves with its verdict; the plan is refused when no host is left to patch.
 */
export function makePlan(request: PlanRequest): PlanResult {
  const { organisation, now, sha256 } = request;
  const parsed = resolveInput(request.input, organisation, now);
  if (!parsed.ok) return { ok: false, failure: 'InvalidInput', problems: parsed.problems };
  const resolved = parsed.value;
  const surveys = surveyOf(resolved, request.surveyed);
  const material = planMaterial(request, resolved, surveys);
  const guards = guardAll(request, resolved, material, surveys);
  const patched = material.targets.filter(({ host }) => !isKeptOut(host, guards));
  if (patched.length === 0) return { ok: false, failure: 'PlanRefused', problems: refusals(guards) };
  const byHost = new Map(patched.map((target) => [target.host, target]));
  const lengthMs = expectedLength(material.waves, byHost, material.soakMs);
  const plan: PatchPlan = {
    runbook: 'patch-window',
    planHash: sha256(canonicalJson(material)),
    material,
    observed: {
      plannedAt: now,
      expectedEnd: new Date(Date.parse(now) + lengthMs).toISOString(),
      hosts: Object.fromEntries([...surveys].map(([host, survey]) => [host, observe(survey)])),
    },
    guards: [...guards, ...runsLate(now, lengthMs, material)],
    simulated: [...new Set([...surveys.values()].flatMap(({ simulated }) => simulated))].toSorted(),
  };
  return tooLarge(plan) ?? { ok: true, plan };
}

function guardAll(
  request: PlanRequest,
  resolved: ResolvedInput,
  material: PlanMaterial,
  surveys: Surveys,
): GuardVerdict[] {
  const targets = new Map<string, PlannedTarget>(material.targets.map((target) => [target.host, target]));
  return resolved.targets.flatMap((host) => {
    const target = targets.get(host.name);
    const survey = surveys.get(host.name);
    if (target === undefined || survey === undefined) return [];
    return guardTarget({ resolved, host, target, survey, policies: request.organisation.policies, now: request.now });
  });
}

/** Whether a verdict keeps this host out of the run. */
function isKeptOut(host: string, guards: GuardVerdict[]): boolean {
  return guards.some((verdict) => verdict.host === host && verdict.verdict !== 'note');
}

function refusals(guards: GuardVerdict[]): Problem[] {
  return guards
    .filter(({ verdict }) => verdict !== 'note')
    .map(({ host, failure, reason }) => ({ path: host ?? '', message: reason, expected: failureRule(failure).advice }));
}

function observe(survey: SurveyedHost): ObservedHost {
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

/** Not an objection: what does not fit any more is cut off at its turn and patched in the next window. */
function runsLate(now: string, lengthMs: number, { window }: PlanMaterial): GuardVerdict[] {
  const end = new Date(Date.parse(now) + lengthMs).toISOString();
  if (Date.parse(end) <= Date.parse(window.closesAt)) return [];
  const reason = `All targets together take until about ${end}; the window closes at ${window.closesAt}, and what does not fit is not started.`;
  return [{ host: null, guard: 'window', verdict: 'note', failure: null, reason }];
}

function tooLarge(plan: PatchPlan): PlanResult | null {
  const bytes = new TextEncoder().encode(JSON.stringify(plan)).length;
  if (bytes <= MAX_PLAN_BYTES) return null;
  const message = `the plan of ${plan.material.targets.length} targets has ${Math.ceil(bytes / 1024)} KB; ${MAX_PLAN_BYTES / 1024} KB are the most`;
  const parts = Math.ceil(bytes / MAX_PLAN_BYTES) + 1;
  return {
    ok: false,
    failure: 'PlanTooLarge',
    problems: [
      { path: 'targets', message, expected: `the window split into about ${parts} runs, by wave, tag or site` },
    ],
  };
}
