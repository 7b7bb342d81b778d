import { failureRule } from '../../model/failures.ts';
import { workBegins, type GuardVerdict, type Plan, type PlanMaterial } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import type { PlanDraft } from '../runbook.ts';
import { canonicalJson, type Sha256 } from './canonical-json.ts';
import { expectedLength } from './expected-end.ts';

export type Frozen =
  | { ok: true; plan: Plan }
  | { ok: false; failure: 'PlanRefused' | 'PlanTooLarge'; problems: Problem[] };

export interface FreezeContext {
  runbook: string;
  /** ISO 8601 in UTC. */
  now: string;
  simulated: string[];
  /** Whether a plan without any target may go on: a later stage whose list came out empty has nothing to do. */
  mayBeEmpty: boolean;
  sha256: Sha256;
}

/** Temporal warns of payloads from here on. */
const MAX_PLAN_BYTES = 256 * 1024;

/**
 * Freezes a draft: its hash, when it is expected to end, and whether it may run at all. A target that a guard refuses, or asks
 * about, stays in targets and waves with its verdict; the plan is refused when no target is left of a run.
 */
export function freeze(
  { material, seen, guards }: PlanDraft<unknown, unknown, unknown>,
  { runbook, now, simulated, mayBeEmpty, sha256 }: FreezeContext,
): Frozen {
  const kept = material.targets.filter(({ id }) => !isKeptOut(id, guards));
  if (kept.length === 0 && !mayBeEmpty) return { ok: false, failure: 'PlanRefused', problems: refusals(guards) };
  const lengthMs = expectedLength(material.waves, new Map(kept.map((target) => [target.id, target])), material.soakMs);
  const expectedEnd = new Date(workBegins(material.window, now) + lengthMs).toISOString();
  const plan: Plan = {
    runbook,
    planHash: sha256(canonicalJson(material)),
    material,
    observed: { plannedAt: now, expectedEnd, own: seen },
    guards: [...guards, ...runsLate(expectedEnd, material)],
    simulated: simulated.toSorted(),
  };
  return tooLarge(plan) ?? { ok: true, plan };
}

/** Whether a verdict keeps this target out of the run. */
function isKeptOut(id: string, guards: GuardVerdict[]): boolean {
  return guards.some(({ target, verdict }) => target === id && verdict !== 'note');
}

function refusals(guards: GuardVerdict[]): Problem[] {
  return guards
    .filter(({ verdict }) => verdict !== 'note')
    .map(({ target, failure, reason }) => ({
      path: target ?? '',
      message: reason,
      expected: failureRule(failure).advice,
    }));
}

/** Not an objection: what does not fit any more is cut off at its turn and left to the next window. */
function runsLate(end: string, { window }: PlanMaterial): GuardVerdict[] {
  if (Date.parse(end) <= Date.parse(window.closesAt)) return [];
  const reason = `All targets together take until about ${end}; the window closes at ${window.closesAt}, and what does not fit is not started.`;
  return [{ target: null, guard: 'window', verdict: 'note', failure: null, reason }];
}

function tooLarge(plan: Plan): Frozen | null {
  const bytes = new TextEncoder().encode(JSON.stringify(plan)).length;
  if (bytes <= MAX_PLAN_BYTES) return null;
  const message = `the plan of ${plan.material.targets.length} targets has ${Math.ceil(bytes / 1024)} KB; ${MAX_PLAN_BYTES / 1024} KB are the most`;
  const expected = `the window split into about ${Math.ceil(bytes / MAX_PLAN_BYTES) + 1} runs, by wave, tag or site`;
  return { ok: false, failure: 'PlanTooLarge', problems: [{ path: 'targets', message, expected }] };
}
