import { workflowInfo } from '@temporalio/workflow';
import type { Limits, PatchPlan, PlannedTarget } from '../../model/plan.ts';
import type { RunRef, TurnInput, TurnLegacy, TurnSettings } from '../../model/turn.ts';

/** What a turn is started with; `before` is how the target's last turn in this run ended. */
export function turnInput(plan: PatchPlan, target: PlannedTarget, turn: number, before: TurnLegacy | null): TurnInput {
  const settings = settingsOf(plan);
  // A reboot that this run's own installation left pending is not one from beforehand: finishing it is always allowed.
  const finishPendingReboot = settings.finishPendingReboot || (before?.changed === true && settings.reboot !== 'never');
  return {
    run: runRef(plan),
    target,
    turn,
    before: legacyOf(before),
    settings: { ...settings, finishPendingReboot, limits: limitsOf(target, settings.limits) },
  };
}

/** The run as its turns and steps know it. */
export function runRef({ material }: PatchPlan): RunRef {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  return { runId: workflowId, runKey: firstExecutionRunId, change: material.change, reason: material.reason };
}

export function settingsOf({ material }: PatchPlan): TurnSettings {
  const { window, approved, reboot, snapshot, finishPendingReboot, limits } = material;
  return { closesAt: window.closesAt, approved, reboot, snapshot, finishPendingReboot, limits };
}

/** Only what a later turn needs, so that its input stays small. */
function legacyOf(outcome: TurnLegacy | null): TurnLegacy | null {
  if (outcome === null) return null;
  const {
    maintenance,
    snapshot,
    changed,
    installed,
    rebooted,
    rebootedAfterInstall,
    groupSafe,
    ranBefore = [],
  } = outcome;
  return { maintenance, snapshot, changed, installed, rebooted, rebootedAfterInstall, groupSafe, ranBefore };
}

/** Some classes of hosts take longer to come back than the policies' common limit allows. */
function limitsOf({ rebootMs }: PlannedTarget, limits: Limits): Limits {
  return rebootMs === undefined ? limits : { ...limits, rebootMs };
}
