import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { eventExcerpt } from './event-log.ts';
import { followInstall, startInstall } from './install.ts';
import { lookAfter } from './look-after.ts';
import { endMaintenance, startMaintenance } from './maintenance.ts';
import { preflight } from './preflight.ts';
import { awaitRestart, restartHost } from './reboot.ts';
import { rescan } from './rescan.ts';
import { confirmRoles } from './roles.ts';
import { oldSnapshots, removeSnapshot } from './snapshot-removal.ts';
import { takeSnapshot } from './snapshot.ts';
import { surveyHosts } from './survey.ts';
import { startService, verifyHost } from './verify.ts';

/** The patch window's activities of a site's queue. They fail with the types of `model/failures.ts` and with nothing else. */
export function createPatchActivities(dependencies: StepDependencies): PatchActivities {
  return {
    surveyHosts: surveyHosts(dependencies),
    preflight: preflight(dependencies),
    lookAfter: lookAfter(dependencies),
    startMaintenance: startMaintenance(dependencies),
    endMaintenance: endMaintenance(dependencies),
    oldSnapshots: oldSnapshots(dependencies),
    takeSnapshot: takeSnapshot(dependencies),
    removeSnapshot: removeSnapshot(dependencies),
    confirmRoles: confirmRoles(dependencies),
    startInstall: startInstall(dependencies),
    followInstall: followInstall(dependencies),
    restartHost: restartHost(dependencies),
    awaitRestart: awaitRestart(dependencies),
    rescan: rescan(dependencies),
    startService: startService(dependencies),
    verifyHost: verifyHost(dependencies),
    eventExcerpt: eventExcerpt(dependencies),
  };
}
