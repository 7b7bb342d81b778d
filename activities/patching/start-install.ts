import type { InstallTask, SiteActivities } from '../../model/activities.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost, failureTypeOf, happenedIn } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readState } from './facts.ts';
import { beating } from './heartbeat.ts';
import { rebootOrBusy } from './install-failure.ts';
import { findHost } from './inventory-lookup.ts';
import { artefactOf, keyOf } from './step.ts';

const MINUTE_MS = 60_000;
const LONGEST_MINUTES = 24 * 60;

/**
 * Starts the local task that installs exactly these updates, by id and revision (domain.md, Patch window, step 4). Its name comes
 * from run, host, turn and round, so a second call finds the first one's task and takes it over.
 */
export function startInstall(site: PatchingDependencies): SiteActivities['startInstall'] {
  return (request) =>
    beating(async (): Promise<InstallTask> => {
      const { settings, updates } = request;
      const host = findHost(site, request.target.host);
      try {
        const task = await callHost(site, SCRIPTS.startUpdateInstall, host, {
          parameters: {
            HostName: host.name,
            TaskName: artefactOf(request, 'install'),
            Key: keyOf(request, 'install'),
            Updates: updates.map(({ id, revision }) => ({ id, revision })),
            TimeLimitMinutes: taskMinutes(settings.limits.installMs),
          },
          limitMs: settings.limits.callMs,
        });
        return { taskName: task.taskName, startedAt: task.startedAt, updates };
      } catch (error) {
        if (failureTypeOf(error) !== 'UpdateNeedsReboot') throw error;
        const look = () => readState(site, host, settings.limits);
        throw await rebootOrBusy(host, { happened: happenedIn(error), once: false }, look);
      }
    });
}

/** The task ends itself after the time that the turn waits for it, so that nothing installs when nobody looks any more. */
function taskMinutes(installMs: number): number {
  return Math.min(Math.max(Math.ceil(installMs / MINUTE_MS), 1), LONGEST_MINUTES);
}
