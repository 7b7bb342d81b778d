import { workBegins } from '../../../model/plan.ts';
import { beforeTheTurn, objection } from './guard.ts';
import type { Guard } from './guard.ts';

const MINUTE_MS = 60_000;

/**
 * No new reboot starts while the window closes, and a turn starts only when its expected duration
 * fits before the end, from the opening on where that is ahead; in the middle of a turn no install and
 * no reboot starts after the end.
 */
export const window: Guard = ({ host, expectedMs, opensAt, closesAt, now, moment }) => {
  const begins = workBegins({ opensAt }, now);
  const leftMs = Date.parse(closesAt) - begins;
  if (beforeTheTurn(moment)) {
    if (expectedMs <= leftMs) return [];
    const from = begins > Date.parse(now) ? 'its opening' : 'now';
    const reason = `${host.name} takes about ${minutes(expectedMs)} min, and the window closes at ${closesAt}, ${minutes(Math.max(leftMs, 0))} min from ${from}.`;
    return [objection('window', 'WindowClosing', reason)];
  }
  if (leftMs > 0) return [];
  const step = moment === 'before-install' ? 'install' : 'reboot';
  return [objection('window', 'WindowClosing', `The window closed at ${closesAt}: no ${step} starts on ${host.name}.`)];
};

function minutes(ms: number): number {
  return Math.ceil(ms / MINUTE_MS);
}
