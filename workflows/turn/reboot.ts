import { request, summary, type TurnTools } from './steps.ts';
import { keepMaintenance } from './maintenance.ts';
import { safePoint, windowStillFits } from './safe-point.ts';

/** The part of a turn's expected duration that lies ahead when it reboots: the reboot, the rescan and the verification. */
const AHEAD_OF_REBOOT = 0.5;

/** Reboots the host and waits until its boot time changed and servicing has finished. Returns the new boot time. */
export async function reboot(tools: TurnTools, round: number, bootTimeBefore: string): Promise<string> {
  const { record, site, rebooting } = tools;
  safePoint(record);
  windowStillFits(record, AHEAD_OF_REBOOT, 'the reboot');
  await keepMaintenance(tools, record.input.settings.limits.rebootMs);
  const step = request(record, round);
  await record.step(
    'roles',
    round,
    () =>
      site.confirmRoles.executeWithOptions(summary(record, 'roles again, before the reboot'), [
        { ...step, before: 'reboot' },
      ]),
    (text) => text,
  );
  return await record.step(
    'reboot',
    round,
    async () => {
      record.changed = true;
      record.verified = false;
      await rebooting.restartHost.executeWithOptions(summary(record, `reboot, round ${round}`), [
        { ...step, bootTimeBefore },
      ]);
      const { bootTime } = await rebooting.awaitRestart.executeWithOptions(summary(record, 'wait until it is back'), [
        { ...step, bootTimeBefore },
      ]);
      record.rebooted = true;
      record.rebootedAfterInstall ||= record.installed > 0;
      record.pendingReboot = false;
      return bootTime;
    },
    (bootTime) => `back since ${bootTime}`,
  );
}
