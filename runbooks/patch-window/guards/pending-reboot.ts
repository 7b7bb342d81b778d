import { beforeTheTurn, note, objection } from './guard.ts';
import type { Guard } from './guard.ts';

/** No reboot may be pending beforehand, unless the input allows that one is finished first. */
export const pendingReboot: Guard = ({ host, facts, finishPendingReboot, moment }) => {
  if (!beforeTheTurn(moment) || facts.pendingReboot.length === 0) return [];
  const reason = `${host.name} waits for a reboot (${facts.pendingReboot.join(', ')})`;
  if (finishPendingReboot) return [note('pending-reboot', `${reason}; it is rebooted before anything is installed.`)];
  return [
    objection(
      'pending-reboot',
      'PendingReboot',
      `${reason}, and the input does not allow to finish it (finishPendingReboot).`,
    ),
  ];
};
