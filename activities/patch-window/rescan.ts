import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { OfferedUpdate } from '../../model/patch-window/facts.ts';
import type { UpdateResult } from '../../model/patch-window/plan.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { isApproved, updateOutcomes } from '../../runbooks/patch-window/updates.ts';
import { callHost } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { hostAsItIs } from '../step/inventory.ts';
import { step } from '../step/step.ts';
import { readState, readUpdates, sinceTurn } from './host-facts.ts';

/**
 * Searches again after a round. What is left to install is what the plan approved, also when it appeared only after the reboot;
 * everything else is listed and not installed.
 */
export function rescan(site: StepDependencies): PatchActivities['rescan'] {
  return (request) =>
    step(async () => {
      const { limits, approved, updates: frozen, turnStartedAt } = request;
      const host = hostAsItIs(site, request);
      const found = await readUpdates(site, host, limits);
      const { pendingReboot } = await readState(site, host, limits);
      const left = found.offered.filter((update) => isApproved(update, approved, host.os));
      const others = found.offered.filter((update) => !isApproved(update, approved, host.os));
      // What an earlier run tried and did not bring about is not this turn's failure.
      const since = sinceTurn(turnStartedAt);
      const { history } = await callHost(site, SCRIPTS.getUpdateResult, host, {
        parameters: {
          HostName: host.name,
          Since: since,
          Updates: [...approved.updates, ...frozen].map(({ id, revision }) => ({ id, revision })),
        },
        limitMs: limits.callMs,
      });
      const updates = updateOutcomes(approved, host.os, { ...found, history, frozen, since });
      return {
        left: left.map(({ id, revision, kb, rebootRequired }) => ({ id, revision, kb, rebootRequired })),
        others: others.map(({ kb, title }) => (kb === '' ? title : `${kb} ${title}`)),
        pendingReboot,
        updates: updates.map((result) => notInstalledWhileOffered(result, left)),
      };
    });
}

/** An installation that was rolled back at the reboot stands in the history as a success; the offer knows better. */
function notInstalledWhileOffered(result: UpdateResult, left: OfferedUpdate[]): UpdateResult {
  if (result.outcome !== 'installed' || !left.some(({ id }) => id === result.id)) return result;
  return { ...result, outcome: 'failed', detail: 'offered again after it was installed' };
}
