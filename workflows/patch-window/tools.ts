import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { HostRequest, PatchActivities } from '../../model/patch-window/activities.ts';
import type { PatchLimits, PatchMaterial, PatchTarget } from '../../model/patch-window/plan.ts';
import type { PatchState } from '../../model/patch-window/turn.ts';
import { followingActivities, stepActivities } from '../activity-proxies.ts';
import { request as stepRequest, type TurnTools } from '../turn/tools.ts';

/**
 * What every part of a patch turn needs: its record, the ways to its host, and what it works by. What looks again and
 * again (`lookAfter`, `followInstall`, `restartHost`, `awaitRestart`) goes through `following`; every other activity through `steps`.
 */
export interface PatchTools extends TurnTools<PatchMaterial, PatchTarget, PatchState> {
  steps: ActivityInterfaceFor<PatchActivities>;
  following: ActivityInterfaceFor<PatchActivities>;
  material: PatchMaterial;
  /** The plan's, with the host's own limit of a reboot where its class has one. */
  patchLimits: PatchLimits;
  /** End of the window; a patch turn has one. */
  closesAt: string;
}

export function patchTools(tools: TurnTools<PatchMaterial, PatchTarget, PatchState>): PatchTools {
  const { own, limits, closesAt } = tools.input;
  const { queue, own: host } = tools.record.target;
  if (closesAt === null) throw new RangeError('a patch turn has a window, and this one was given none');
  const patchLimits = { ...own.limits, rebootMs: host.rebootMs ?? own.limits.rebootMs };
  return {
    ...tools,
    steps: stepActivities<PatchActivities>(queue, limits),
    following: followingActivities<PatchActivities>(queue, limits),
    material: own,
    patchLimits,
    closesAt,
  };
}

/** The request that every step on the host sends. */
export function request(tools: PatchTools, round = 1): HostRequest {
  return { ...stepRequest(tools, round), inventoryDigest: tools.record.target.own.inventoryDigest };
}
