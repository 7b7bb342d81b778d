/** How far a host's clock may lag behind the worker's, in milliseconds: its history and its event log are stamped by the former, a turn by the latter. */
export const CLOCK_SKEW_MS = 5 * 60_000;
