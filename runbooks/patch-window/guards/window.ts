import { beforeTheTurn, objection } from './guard.ts';
import type { Guard } from './guard.ts';

const MINUTE_MS = 60_000;

/**
 * No new reboot starts while the window closes, and a turn starts only when its expected duration
 * fits before the end; in the middle of a turn no install and no reboot starts after the end.
 */
export const window: Guard = ({ host, expectedMs, closesAt, now, moment }) => {
  const leftMs = Date.parse(closesAt) - Date.parse(now);
  if (beforeTheTurn(moment)) {
    if (expectedMs <= leftMs) return [];
    const reason = `${host.name} takes about ${minutes(expectedMs)} min, and the window closes at ${closesAt}, in ${minutes(Math.max(leftMs, 0))} min.`;
    return [objection('window', 'WindowClosing', reason)];
  }
  if (leftMs > 0) return [];
  const step = moment === 'before-install' ? 'install' : 'reboot';
  return [objection('window', 'WindowClosing', `The window closed at ${closesAt}: no ${step} starts on ${host.name}.`)];
};

function minutes(ms: number): number {
  return Math.ceil(ms / MINUTE_MS);
}
