import type { TimelineEntry } from '../history/timeline.ts';
import type { Look } from './look.ts';
import { renderTable } from './table.ts';
import { dateTimeSeconds } from './time.ts';

/** Begin of a turn's workflow id: `target/<kind>/` for one that works on its target, `look/<run>/` for one that only looks. */
const TURN = /^(?:target|look)\/[^/]+\//;

/** Who did what when, in order. Nobody is proved by a name here, and the heading says so. */
export function renderTimeline(entries: TimelineEntry[], runId: string, look: Look): string {
  const rows = entries.map(({ at, workflowId, who, what }) => [
    dateTimeSeconds(at, look.zone),
    workflowId === runId ? 'run' : workflowId.replace(TURN, ''),
    who ?? '-',
    what,
  ]);
  return renderTable(['WHEN', 'WHERE', 'WHO (a claim)', 'WHAT'], rows, look);
}
