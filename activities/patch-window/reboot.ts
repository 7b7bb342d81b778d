import type { InventoryHost } from '../../model/inventory.ts';
import type { Look } from '../../model/look.ts';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure, failureTypeOf, happenedIn, hresultOf, isSilence } from '../step/failure.ts';
import { findHost, hostAsItIs, isAsPlanned, refuseChanged } from '../step/inventory.ts';
import { keyOf } from '../step/keys.ts';
import { lookOnce, type Seen } from '../step/look.ts';
import { readState } from './host-facts.ts';

const REASON_LENGTH = 500;
/** ERROR_SHUTDOWN_IN_PROGRESS: an earlier request of ours, or somebody else's; either way the host goes down. */
const GOING_DOWN = '0x8007045B';
/** CIM derives the boot time from the uptime, so two readings of one boot may differ by a moment. */
const BOOT_TOLERANCE_MS = 2_000;

type Restart = Parameters<PatchActivities['restartHost']>[0];

/** Whether two boot times belong to different boots. */
export function bootedAnew(before: string, now: string): boolean {
  return Math.abs(Date.parse(now) - Date.parse(before)) > BOOT_TOLERANCE_MS;
}

/**
 * Asks for the reboot unless the boot time differs from the recorded one already. A connection that breaks during the request is
 * what a reboot looks like, so it counts as asked: `awaitRestart` tells whether it came. A host that is not reached may be down by a
 * request whose answer a lost worker took with it, so it is tried again; then its boot time tells.
 */
export function restartHost(site: StepDependencies): PatchActivities['restartHost'] {
  return (request) =>
    lookOnce({ pollMs: request.limits.pollMs, giveUp: () => null }, async () => {
      const host = findHost(site, request.target);
      const mayAsk = Date.now() < Date.parse(request.closesAt) && isAsPlanned(host, request);
      try {
        return { over: await (mayAsk ? ask(site, host, request) : look(site, host, request)) };
      } catch (error) {
        if (mayHaveAsked(error)) return { over: { requested: true } };
        if (failureTypeOf(error) !== 'HostUnreachable') throw error;
        return { current: `${host.name} is not reached: ${happenedIn(error)}`, unanswered: true };
      }
    });
}

async function ask(site: StepDependencies, host: InventoryHost, request: Restart): Promise<{ requested: boolean }> {
  const { run, limits, bootTimeBefore } = request;
  const { requested } = await callHost(site, SCRIPTS.restartPatchHost, host, {
    parameters: {
      HostName: host.name,
      Key: keyOf(request, 'reboot'),
      BootTimeBefore: bootTimeBefore,
      Reason: `${run.change}: ${run.reason}`.slice(0, REASON_LENGTH),
    },
    limitMs: limits.callMs,
  });
  return { requested };
}

/** A reboot that happened is seen after the end of the window, and of a host whose entry changed, too; a new one is not asked for. */
async function look(site: StepDependencies, host: InventoryHost, request: Restart): Promise<{ requested: boolean }> {
  const { limits, closesAt, bootTimeBefore } = request;
  const { bootTime } = await readState(site, host, limits);
  if (bootedAnew(bootTimeBefore, bootTime)) return { requested: false };
  refuseChanged(host, request);
  const message = `The window closed at ${closesAt}, before ${host.name} could be asked to reboot.`;
  throw failure('WindowClosing', message, { host: host.name });
}

/** Nothing ran on a host that was never reached; any other silence came after the request had left. */
function mayHaveAsked(error: unknown): boolean {
  if (hresultOf(error) === GOING_DOWN) return true;
  return isSilence(error) && failureTypeOf(error) !== 'HostUnreachable';
}

/**
 * Looks once whether the boot time changed and servicing has finished. A host that is down or whose services are not up yet is
 * expected; only the time limit ends the wait, and then nobody knows.
 */
export function awaitRestart(site: StepDependencies): PatchActivities['awaitRestart'] {
  return (request) => {
    const { target, limits, rebootMs, bootTimeBefore, last } = request;
    const giveUp = (seen: Look) => (last ? overdue(target, rebootMs, seen) : null);
    return lookOnce({ pollMs: limits.pollMs, giveUp }, async (): Promise<Seen<{ bootTime: string }>> => {
      const host = hostAsItIs(site, request);
      try {
        const { bootTime, installer } = await readState(site, host, limits);
        const anew = bootedAnew(bootTimeBefore, bootTime);
        if (anew && !installer.servicing) return { over: { bootTime } };
        const seen = anew ? 'it is up again, servicing has not finished' : 'it has not gone down yet';
        return { current: `${host.name}: ${seen}` };
      } catch (error) {
        if (!isSilence(error) && failureTypeOf(error) !== 'ScriptFailed') throw error;
        return { current: `${host.name}: it does not answer (${happenedIn(error)})`, unanswered: true };
      }
    });
  };
}

function overdue(host: string, rebootMs: number, { at, current }: Look): Error {
  const minutes = Math.round(rebootMs / 60_000);
  const seen = `last look at ${at}: ${current}`;
  return failure('RebootTimeout', `${host} was not seen to finish its reboot in ${minutes} min, ${seen}.`, {
    host,
    question: `${host} was not seen to come back, ${seen}. Look at its console, then retry, skip or abort.`,
  });
}
