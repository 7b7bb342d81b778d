import type { SiteActivities } from '../../model/activities.ts';
import { isApproved, updateOutcomes } from '../../runbooks/patch-window/updates.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readState, readUpdates } from './facts.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';

/**
 * Searches again after a round. What is left to install is what the plan approved, also when it appeared only after the reboot;
 * everything else is listed and not installed (domain.md, Patch window, step 6).
 */
export function rescan(site: PatchingDependencies): SiteActivities['rescan'] {
  return ({ target, settings: { approved, limits } }) =>
    beating(async () => {
      const host = findHost(site, target.host);
      const updates = await readUpdates(site, host, limits);
      const { pendingReboot } = await readState(site, host, limits);
      const left = updates.offered.filter((update) => isApproved(update, approved, host.os));
      const others = updates.offered.filter((update) => !isApproved(update, approved, host.os));
      return {
        left: left.map(({ id, revision, kb, rebootRequired }) => ({ id, revision, kb, rebootRequired })),
        others: others.map(({ kb, title }) => (kb === '' ? title : `${kb} ${title}`)),
        pendingReboot,
        updates: updateOutcomes(approved, host.os, { ...updates, frozen: target.updates }),
      };
    });
}
