import type { SiteActivities } from '../../model/activities.ts';
import { awaitRestart } from './await-restart.ts';
import { confirmRoles } from './confirm-roles.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { eventExcerpt } from './event-excerpt.ts';
import { followInstall } from './follow-install.ts';
import { endMaintenance, startMaintenance } from './maintenance.ts';
import { oldSnapshots } from './old-snapshots.ts';
import { preflight } from './preflight.ts';
import { removeSnapshot } from './remove-snapshot.ts';
import { rescan } from './rescan.ts';
import { restartHost } from './restart-host.ts';
import { startInstall } from './start-install.ts';
import { startService } from './start-service.ts';
import { surveyHosts } from './survey-hosts.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { verifyHost } from './verify-host.ts';

export type { PatchingDependencies } from './dependencies.ts';

/** The activities of a site's queue, over one shell. They fail with the types of `model/failures.ts` and with nothing else. */
export function createSiteActivities(site: PatchingDependencies): SiteActivities {
  return {
    surveyHosts: surveyHosts(site),
    preflight: preflight(site),
    startMaintenance: startMaintenance(site),
    endMaintenance: endMaintenance(site),
    oldSnapshots: oldSnapshots(site),
    takeSnapshot: takeSnapshot(site),
    removeSnapshot: removeSnapshot(site),
    confirmRoles: confirmRoles(site),
    startInstall: startInstall(site),
    followInstall: followInstall(site),
    restartHost: restartHost(site),
    awaitRestart: awaitRestart(site),
    rescan: rescan(site),
    startService: startService(site),
    verifyHost: verifyHost(site),
    eventExcerpt: eventExcerpt(site),
  };
}
