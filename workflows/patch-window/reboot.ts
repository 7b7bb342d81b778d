import { beginChange } from '../turn/begin.ts';
import { follow } from '../turn/follow.ts';
import { safePoint, windowStillFits } from '../turn/safe-point.ts';
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
  const asked = { ...request(tools, round), bootTimeBefore, rebootMs };
  return await record.step(
    'reboot',
    round,
    async () => {
      const restart = { ...asked, closesAt };
      await beginChange(tools, following.restartHost, `reboot, round ${round}`, restart, rebootMs).catch(
        (error: unknown) => {
          // The request may have left before its time was up: then the host goes down without us, and is followed.
          if (!limitReached(error) || asStepFailure(error).type === 'NoWorker') throw error;
        },
      );
      const { bootTime } = await follow(tools, following.awaitRestart, 'wait until it is back', asked, rebootMs);
      record.own.rebooted = true;
      record.own.pendingReboot = false;
      // What makes a canary count: it rebooted after an installation.
      record.proven ||= record.own.installed > 0;
      return bootTime;
    },
    (bootTime) => `back since ${bootTime}`,
  );
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
