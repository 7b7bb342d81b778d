import type { TimelineEntry } from '../history/timeline.ts';
import type { Look } from './look.ts';
import { renderTable } from './table.ts';
import { dateTimeSeconds } from './time.ts';

const TURN = 'target/host/';

/** Who did what when, in order. Nobody is proved by a name here, and the heading says so. */
export function renderTimeline(entries: TimelineEntry[], look: Look): string {
  const rows = entries.map(({ at, workflowId, who, what }) => [
    dateTimeSeconds(at, look.zone),
    workflowId.startsWith(TURN) ? workflowId.slice(TURN.length) : 'run',
    who ?? '-',
    what,
  ]);
  return renderTable(['WHEN', 'WHERE', 'WHO (a claim)', 'WHAT'], rows, look);
}
