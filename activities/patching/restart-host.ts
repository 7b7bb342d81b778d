import type { SiteActivities } from '../../model/activities.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost, failureTypeOf, hresultOf, isSilence } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';
import { keyOf } from './step.ts';

const REASON_LENGTH = 500;
/** ERROR_SHUTDOWN_IN_PROGRESS: an earlier request of ours, or somebody else's; either way the host goes down. */
const GOING_DOWN = '0x8007045B';

/**
 * Asks for the reboot unless the boot time differs from the recorded one already. A connection that breaks during the request is
 * what a reboot looks like, so it counts as asked: `awaitRestart` tells whether it came.
 */
export function restartHost(site: PatchingDependencies): SiteActivities['restartHost'] {
  return (request) =>
    beating(async () => {
      const { run, settings, bootTimeBefore } = request;
      const host = findHost(site, request.target.host);
      try {
        const { requested } = await callHost(site, SCRIPTS.restartPatchHost, host, {
          parameters: {
            HostName: host.name,
            Key: keyOf(request, 'reboot'),
            BootTimeBefore: bootTimeBefore,
            Reason: `${run.change}: ${run.reason}`.slice(0, REASON_LENGTH),
          },
          limitMs: settings.limits.callMs,
        });
        return { requested };
      } catch (error) {
        if (mayHaveAsked(error)) return { requested: true };
        throw error;
      }
    });
}

/** Nothing ran on a host that was never reached; any other silence came after the request had left. */
function mayHaveAsked(error: unknown): boolean {
  if (hresultOf(error) === GOING_DOWN) return true;
  return isSilence(error) && failureTypeOf(error) !== 'HostUnreachable';
}
