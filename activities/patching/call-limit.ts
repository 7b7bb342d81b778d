import type { ScriptContract } from '../../model/script-contract.ts';

/** The `limits.call` that the contracts' own limits are made for: the shipped one, and the longest that any of them gives a script. */
const MADE_FOR_MS = 5 * 60_000;

/**
 * How long a call may take, in milliseconds. The contract says how long a script needs on a host of ordinary speed; `callMs`, which is
 * `limits.call` of the policies, cuts that where it is shorter, and stretches it in proportion where it is above 5 minutes: with 10
 * minutes every script has twice its time. A script that must not run twice is never stretched, since its end has to be known soon.
 */
export function callLimit(
  { timeLimitMs, effect }: Pick<ScriptContract<unknown, unknown>, 'timeLimitMs' | 'effect'>,
  callMs: number | undefined,
): number {
  if (callMs === undefined) return timeLimitMs;
  const stretch = effect === 'once' ? 1 : Math.max(1, callMs / MADE_FOR_MS);
  return Math.min(Math.round(timeLimitMs * stretch), callMs);
}
