import { beginChange } from '../turn/begin.ts';
import { follow } from '../turn/follow.ts';
import { requireLocks, safePoint, windowStillFits } from '../turn/safe-point.ts';
import { asStepFailure, limitReached } from '../turn/step-failure.ts';
import { act } from '../turn/tools.ts';
import { keepMaintenance } from './maintenance.ts';
import { request, type PatchTools } from './tools.ts';

/** The part of a turn's expected duration that lies ahead when it reboots: the reboot, the rescan and the verification. */
const AHEAD_OF_REBOOT = 0.5;

/** Reboots the host and waits until its boot time changed and servicing has finished. Returns the new boot time. */
export async function reboot(tools: PatchTools, round: number, bootTimeBefore: string): Promise<string> {
  const { record, following, patchLimits, closesAt } = tools;
  const { rebootMs } = patchLimits;
  safePoint(record);
  windowStillFits(tools, AHEAD_OF_REBOOT, 'the reboot');
  await keepMaintenance(tools, rebootMs);
  await confirmRoles(tools, round, 'reboot');
  await requireLocks(tools);
  return await record.step(
    'reboot',
    round,
    async () => {
      const restart = { ...request(tools, round), bootTimeBefore, rebootMs, closesAt };
      await beginChange(tools, following.restartHost, `reboot, round ${round}`, restart, rebootMs).catch(
        (error: unknown) => {
          // The request may have left before its time was up: then the host goes down without us, and is followed.
          if (!limitReached(error) || asStepFailure(error).type === 'NoWorker') throw error;
        },
      );
      return await untilBack(tools, round, bootTimeBefore);
    },
    saidOf,
  );
}

async function untilBack(tools: PatchTools, round: number, bootTimeBefore: string): Promise<string> {
  const { record, following, patchLimits } = tools;
  const { rebootMs } = patchLimits;
  const { own } = record;
  const asked = { ...request(tools, round), bootTimeBefore, rebootMs };
  own.restartingFrom = null;
  const back = follow(tools, following.awaitRestart, 'wait until it is back', asked, rebootMs);
  const { bootTime } = await back.catch((error: unknown) => {
    if (asStepFailure(error).heldUp !== null) own.restartingFrom = bootTimeBefore;
    throw error;
  });
  own.rebooted = true;
  own.pendingReboot = false;
  // What makes a canary count: it rebooted after an installation.
  record.proven ||= own.installed > 0;
  return bootTime;
}

/** Follows a reboot that the turn before was held up at. */
export async function followLeftReboot(tools: PatchTools): Promise<void> {
  const { record } = tools;
  const { restartingFrom } = record.own;
  if (restartingFrom === null) return;
  await record.step('reboot', 0, () => untilBack(tools, 0, restartingFrom), saidOf);
}

function saidOf(bootTime: string): string {
  return `back since ${bootTime}`;
}

/** Roles move while a window runs: they are read again right before the install and right before the reboot. */
export async function confirmRoles(tools: PatchTools, round: number, before: 'install' | 'reboot'): Promise<void> {
  const { record, steps } = tools;
  const asked = { ...request(tools, round), before };
  await record.step(
    'roles',
    round,
    () => act(tools, steps.confirmRoles, `roles again, before the ${before}`, asked),
    (text) => text,
  );
}
