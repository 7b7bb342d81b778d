import type { InventoryHost } from '../../model/inventory.ts';
import type { HostFacts } from '../../model/patch-window/facts.ts';
import type { PatchSettings, PlannedHost } from '../../model/patch-window/plan.ts';
import type { GuardVerdict, PlannedWindow } from '../../model/plan.ts';
import type { Surveyed } from '../../model/survey.ts';
import { controlPlane } from './guards/control-plane.ts';
import { note, objection } from './guards/guard.ts';
import type { GuardFinding } from './guards/guard.ts';
import { runGuards } from './guards/index.ts';
import { expectedDuration } from './plan-target.ts';
import type { ResolvedInput } from './resolve-input.ts';

export interface PlanGuardContext {
  resolved: ResolvedInput;
  window: PlannedWindow;
  host: InventoryHost;
  target: PlannedHost;
  survey: Surveyed<HostFacts>;
  settings: PatchSettings;
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

function readHost(
  { resolved, window, host, target, settings, now }: PlanGuardContext,
  facts: HostFacts,
): GuardFinding[] {
  return [
    ...durationClass(host, settings),
    ...runGuards({
      moment: 'planning',
      host,
      facts,
      limits: settings.limits,
      snapshot: target.own.snapshot,
      finishPendingReboot: resolved.input.finishPendingReboot,
      expectedMs: target.expectedMs,
      opensAt: window.opensAt,
      closesAt: window.closesAt,
      now,
    }),
    ...updateNotes(target),
  ];
}

function unreadable(host: string, survey: Exclude<Surveyed<HostFacts>, { status: 'read' }>): GuardFinding {
  if (survey.status === 'unreachable') return objection('reachable', 'HostUnreachable', survey.reason);
  return objection('reachable', 'ScriptFailed', `${host} could not be read: ${survey.reason}`);
}

function durationClass(host: InventoryHost, settings: PatchSettings): GuardFinding[] {
  if (expectedDuration(host, settings) !== undefined) return [];
  const known = Object.keys(settings.durationClasses).join(', ');
  return [
    objection(
      'duration-class',
      'FactMissing',
      `The settings do not say how long a turn of class ${host.durationClass} takes (${host.name}).`,
      `Give ${host.name} one of the classes ${known}, or add ${host.durationClass} to config/patch-window.yaml, then plan again.`,
    ),
  ];
}

/** "Approved but not offered is never success": said before the window opens, since the turn will end with it. */
function updateNotes({ id, own }: PlannedHost): GuardFinding[] {
  const missing = own.otherUpdates.filter(({ outcome }) => outcome === 'not-offered');
  if (missing.length > 0) {
    const list = missing.map(({ kb, detail }) => (detail === '' ? kb : `${kb} (${detail})`)).join(', ');
    return [note('updates', `${id} is not offered ${list}: it cannot end succeeded unless that changes.`)];
  }
  return own.updates.length > 0 ? [] : [note('updates', `${id} has nothing to install as of now.`)];
}

/** What a turn cannot look at again: where a host stands in the waves, and what one that was not read is to install. */
const DECIDED_BY_PLANNING: readonly string[] = ['control-plane', 'reachable', 'duration-class'];

function verdictOn(target: string, { guard, verdict, failure, reason, question }: GuardFinding): GuardVerdict {
  return {
    target,
    guard,
    verdict,
    failure,
    reason: question === null ? reason : `${reason} ${question}`,
    ...(DECIDED_BY_PLANNING.includes(guard) ? { needsNewPlan: true } : {}),
  };
}
