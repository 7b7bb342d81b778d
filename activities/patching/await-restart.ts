import { Context } from '@temporalio/activity';
import type { SiteActivities } from '../../model/activities.ts';
import { failure } from '../failure.ts';
import { failureTypeOf, happenedIn, isBusy, isSilence } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readState } from './facts.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';

/** CIM derives the boot time from the uptime, so two readings of one boot may differ by a moment. */
const BOOT_TOLERANCE_MS = 2_000;

/** Whether two boot times belong to different boots. */
export function bootedAnew(before: string, now: string): boolean {
  return Math.abs(Date.parse(now) - Date.parse(before)) > BOOT_TOLERANCE_MS;
}

/**
 * Waits until the boot time changed and servicing has finished (domain.md, Patch window, step 5). A host that is down or whose
 * services are not up yet is expected, and so is a worker that is too busy to look; only the time limit ends the wait, and then
 * nobody knows.
 */
export function awaitRestart(site: PatchingDependencies): SiteActivities['awaitRestart'] {
  return ({ target, settings: { limits }, bootTimeBefore }) =>
    beating(async (beat) => {
      const host = findHost(site, target.host);
      // The first attempt's time: a worker that dies in the meantime does not give the host another hour.
      const deadline = Context.current().info.scheduledTimestampMs + limits.rebootMs;
      for (;;) {
        let seen: string;
        try {
          const { bootTime, installer } = await readState(site, host, limits);
          const anew = bootedAnew(bootTimeBefore, bootTime);
          if (anew && !installer.servicing) return { bootTime };
          seen = anew ? 'it is up again, servicing has not finished' : 'it has not gone down yet';
        } catch (error) {
          seen = notSeen(error);
        }
        beat({ percent: 0, current: `${host.name}: ${seen}` });
        if (Date.now() + limits.pollMs > deadline) throw overdue(host.name, limits.rebootMs, seen);
        await Context.current().sleep(limits.pollMs);
      }
    });
}

/** Why a look showed nothing. Throws what waiting does not mend. */
function notSeen(error: unknown): string {
  if (isBusy(error)) return `nobody could look at it (${happenedIn(error)})`;
  if (!isSilence(error) && failureTypeOf(error) !== 'ScriptFailed') throw error;
  return `it does not answer (${happenedIn(error)})`;
}

function overdue(host: string, rebootMs: number, seen: string): Error {
  const minutes = Math.round(rebootMs / 60_000);
  return failure('RebootTimeout', `${host} was not seen to finish its reboot in ${minutes} min: ${seen}.`, {
    host,
    question: `${host} was not seen to come back: ${seen}. Look at its console, then retry, skip or abort.`,
  });
}
