import type { History } from '@temporalio/common/lib/proto-utils.js';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import type { Decoder } from './decode.ts';
import { describeEvent, type HistoryEvent } from './event-text.ts';

/** Who did what when, of one event that an operator cares for. */
export interface TimelineEntry {
  /** ISO 8601 in UTC. */
  at: string;
  /** Workflow id in whose history it stands. */
  workflowId: string;
  eventId: number;
  /** What the sender called itself, or the worker; `unattributed` for a message without a name; null for Fettle itself. */
  who: string | null;
  what: string;
}

/** Turns one history into entries, in its own order. */
export async function readTimeline(workflowId: string, history: History, decode: Decoder): Promise<TimelineEntry[]> {
  const events = new Map<string, HistoryEvent>();
  const entries: TimelineEntry[] = [];
  for (const event of history.events ?? []) {
    events.set(String(event.eventId), event);
    const told = await describeEvent(event, (id) => events.get(String(id)), decode);
    if (told === null) continue;
    entries.push({
      at: optionalTsToDate(event.eventTime)?.toISOString() ?? '',
      workflowId,
      eventId: Number(event.eventId),
      who: told.who,
      what: told.what,
    });
  }
  return entries;
}

/** Joins histories of a run and its children: by time, and in each history's own order, in which the entries are given. */
export function inOrder(entries: TimelineEntry[]): TimelineEntry[] {
  return entries.toSorted((a, b) => a.at.localeCompare(b.at) || a.workflowId.localeCompare(b.workflowId));
}
