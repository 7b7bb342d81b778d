import { safePoint, windowStillFits } from '../turn/safe-point.ts';
import { act, request } from '../turn/tools.ts';
import { keepMaintenance } from './maintenance.ts';
import type { PatchTools } from './tools.ts';

/** The part of a turn's expected duration that lies ahead when it reboots: the reboot, the rescan and the verification. */
const AHEAD_OF_REBOOT = 0.5;

/** Reboots the host and waits until its boot time changed and servicing has finished. Returns the new boot time. */
export async function reboot(tools: PatchTools, round: number, bootTimeBefore: string): Promise<string> {
  const { record, rebooting, patchLimits, closesAt } = tools;
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
      record.changed = true;
      record.verified = false;
      await act(tools, rebooting.restartHost, `reboot, round ${round}`, { ...asked, closesAt });
      const { bootTime } = await act(tools, rebooting.awaitRestart, 'wait until it is back', asked);
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
