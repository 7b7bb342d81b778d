/**
 * What one look at something that goes on by itself (an installation, a reboot) has seen: the heartbeat of its activity, which the
 * server keeps from one look to the next, and shows.
 */
export interface Look {
  percent: number;
  /** In a few words, for the operator. */
  current: string;
  /** When it was seen, ISO 8601. */
  at: string;
  /** Looks so far, this one too. Attempts are no count of them: resetting an activity in the Web UI begins these anew. */
  looks: number;
  /** How many of them, in a row up to now, nobody answered. */
  unanswered: number;
  /** Milliseconds that those took, with the waits between them; time without a worker is none of it. */
  unansweredMs: number;
}

/** Reads a look out of a heartbeat's or a failure's details, which may be anything; null where it is none. */
export function lookIn(details: unknown): Look | null {
  if (typeof details !== 'object' || details === null) return null;
  const { percent, current, at, looks, unanswered, unansweredMs } = details as Record<string, unknown>;
  if (typeof percent !== 'number' || typeof current !== 'string' || typeof at !== 'string') return null;
  return {
    percent,
    current,
    at,
    looks: count(looks),
    unanswered: count(unanswered),
    unansweredMs: count(unansweredMs),
  };
}

/** `63 %, KB5031364`. */
export function lookText({ percent, current }: Pick<Look, 'percent' | 'current'>): string {
  return [`${Math.round(percent)} %`, current].filter((part) => part !== '').join(', ');
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
