/** How far a host's clock may lag behind the worker's, in milliseconds: its history and its event log are stamped by the former, a turn by the latter. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** From when on what a host has stamped may be a turn's doing. Both times are ISO 8601. */
export function sinceTurn(turnStartedAt: string): string {
  return new Date(Date.parse(turnStartedAt) - CLOCK_SKEW_MS).toISOString();
}
