import type { SiteActivities } from '../../model/activities.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { failure } from '../failure.ts';
import { bootedAnew } from './await-restart.ts';
import { callHost, failureTypeOf, happenedIn, hresultOf, isBusy, isSilence } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readState } from './facts.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';
import { untilAnswered } from './patience.ts';
import { keyOf } from './step.ts';

const REASON_LENGTH = 500;
/** ERROR_SHUTDOWN_IN_PROGRESS: an earlier request of ours, or somebody else's; either way the host goes down. */
const GOING_DOWN = '0x8007045B';

/**
 * Asks for the reboot unless the boot time differs from the recorded one already. A connection that breaks during the request is
 * what a reboot looks like, so it counts as asked: `awaitRestart` tells whether it came. A host that is not reached may be down by a
 * request whose answer a lost worker took with it, so it is waited for as long as a reboot may take; then its boot time tells.
 * A worker that is too busy to ask is waited for as long.
 */
export function restartHost(site: PatchingDependencies): SiteActivities['restartHost'] {
  return (request) =>
    beating(async (beat) => {
      const host = findHost(site, request.target.host);
      const { limits, closesAt } = request.settings;
      const isOpen = (): boolean => Date.now() < Date.parse(closesAt);
      try {
        return await untilAnswered(() => (isOpen() ? ask(site, host, request) : look(site, host, request)), {
          pollMs: limits.pollMs,
          patienceMs: limits.rebootMs,
          bears: (error) => failureTypeOf(error) === 'HostUnreachable',
          onFailure: (error) => beat({ percent: 0, current: `${waitsFor(error, host.name)}, waiting for it` }),
        });
      } catch (error) {
        if (mayHaveAsked(error)) return { requested: true };
        throw isBusy(error) ? neverGotThrough(host.name, error) : error;
      }
    });
}

/** A reboot's time was waited already: another attempt would only wait as long again. */
function neverGotThrough(host: string, error: unknown): Error {
  const question = `The worker was too busy to ask ${host} for its reboot. Look whether it rebooted, then retry, skip or abort.`;
  return failure('PowerShellBusy', happenedIn(error), { host, question }, { once: true });
}

function waitsFor(error: unknown, host: string): string {
  return isBusy(error) ? 'this worker is too busy to ask' : `${host} is not reached`;
}

type Restart = Parameters<SiteActivities['restartHost']>[0];

async function ask(site: PatchingDependencies, host: InventoryHost, request: Restart): Promise<{ requested: boolean }> {
  const { run, settings, bootTimeBefore } = request;
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
}

/** A reboot that happened is seen after the end of the window too; a new one is not asked for (domain.md, Failures: window closing). */
async function look(
  site: PatchingDependencies,
  host: InventoryHost,
  { settings: { limits, closesAt }, bootTimeBefore }: Restart,
): Promise<{ requested: boolean }> {
  const { bootTime } = await readState(site, host, limits);
  if (bootedAnew(bootTimeBefore, bootTime)) return { requested: false };
  const message = `The window closed at ${closesAt}, before ${host.name} could be asked to reboot.`;
  throw failure('WindowClosing', message, { host: host.name });
}

/** Nothing ran on a host that was never reached; any other silence came after the request had left. */
function mayHaveAsked(error: unknown): boolean {
  if (hresultOf(error) === GOING_DOWN) return true;
  return isSilence(error) && failureTypeOf(error) !== 'HostUnreachable';
}
