import type { HostFacts, SurveyedHost } from '../../model/facts.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Policies } from '../../model/organisation.ts';
import type { GuardVerdict, PlannedTarget } from '../../model/plan.ts';
import { controlPlane } from './guards/control-plane.ts';
import { note, objection } from './guards/guard.ts';
import type { GuardFinding } from './guards/guard.ts';
import { runGuards } from './guards/index.ts';
import { expectedDuration } from './plan-target.ts';
import type { ResolvedInput } from './resolve-input.ts';

export interface PlanGuardContext {
  resolved: ResolvedInput;
  host: InventoryHost;
  target: PlannedTarget;
  survey: SurveyedHost;
  policies: Policies;
  now: string;
}

/** Everything that speaks for or against one host at planning. A host that cannot be read is kept out with that reason alone. */
export function guardTarget(context: PlanGuardContext): GuardVerdict[] {
  const { host, survey, resolved } = context;
  const facts = survey.status === 'read' ? survey.facts : null;
  const plan = controlPlane({ host, facts, targets: resolved.targets, waves: resolved.waves });
  const own = survey.status === 'read' ? readHost(context, survey.facts) : [unreadable(host.name, survey)];
  return [...plan, ...own].map((finding) => verdictOn(host.name, finding));
}

function readHost({ resolved, host, target, policies, now }: PlanGuardContext, facts: HostFacts): GuardFinding[] {
  return [
    ...durationClass(host, policies),
    ...runGuards({
      moment: 'planning',
      host,
      facts,
      limits: policies.limits,
      snapshot: target.snapshot,
      finishPendingReboot: resolved.input.finishPendingReboot,
      expectedMs: target.expectedMs,
      closesAt: resolved.window.closesAt,
      now,
    }),
    ...updateNotes(target),
  ];
}

function unreadable(host: string, survey: Exclude<SurveyedHost, { status: 'read' }>): GuardFinding {
  if (survey.status === 'unreachable') return objection('reachable', 'HostUnreachable', survey.reason);
  return objection('reachable', 'ScriptFailed', `${host} could not be read: ${survey.reason}`);
}

function durationClass(host: InventoryHost, policies: Policies): GuardFinding[] {
  if (expectedDuration(host, policies) !== undefined) return [];
  const known = Object.keys(policies.durationClasses).join(', ');
  return [
    objection(
      'duration-class',
      'FactMissing',
      `The policies do not say how long a turn of class ${host.durationClass} takes (${host.name}).`,
      `Give ${host.name} one of the classes ${known}, or add ${host.durationClass} to config/policies.yaml, then plan again.`,
    ),
  ];
}

/** "Approved but not offered is never success": said before the window opens, since the turn will end with it. */
function updateNotes(target: PlannedTarget): GuardFinding[] {
  const missing = target.otherUpdates.filter(({ outcome }) => outcome === 'not-offered');
  if (missing.length > 0) {
    const list = missing.map(({ kb, detail }) => (detail === '' ? kb : `${kb} (${detail})`)).join(', ');
    return [note('updates', `${target.host} is not offered ${list}: it cannot end succeeded unless that changes.`)];
  }
  return target.updates.length > 0 ? [] : [note('updates', `${target.host} has nothing to install as of now.`)];
}

function verdictOn(host: string, { guard, verdict, failure, reason, question }: GuardFinding): GuardVerdict {
  return { host, guard, verdict, failure, reason: question === null ? reason : `${reason} ${question}` };
}
