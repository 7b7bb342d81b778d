import type { HandoverItem, HandoverKind } from '../../model/run.ts';
import type { Look } from './look.ts';
import { siteAndUtc } from './time.ts';

const HEADINGS: Readonly<Record<HandoverKind, string>> = {
  'open-question': 'Open questions',
  'maintenance-on': 'Maintenance mode still on',
  'service-down': 'Services down',
  'pending-reboot': 'Reboots pending',
  'snapshot-alive': 'Snapshots alive',
  'update-missing': 'Approved updates missing',
  'event-log': 'Last error in event log',
  'not-patched': 'Not succeeded',
};

/** What the next shift must know, the most urgent kind first. */
export function renderHandover(items: HandoverItem[], look: Look): string {
  if (items.length === 0) return 'Nothing to hand over: no reboot pending, no question open, nothing left switched on.';
  const kinds = Object.keys(HEADINGS) as HandoverKind[];
  return kinds
    .map((kind) => ({ kind, ofKind: items.filter((item) => item.kind === kind) }))
    .filter(({ ofKind }) => ofKind.length > 0)
    .map(
      ({ kind, ofKind }) =>
        `${look.colours.bold(HEADINGS[kind])}\n${ofKind.map((item) => line(item, look)).join('\n')}`,
    )
    .join('\n');
}

function line({ host, text, until }: HandoverItem, look: Look): string {
  return `  ${host}: ${text}${until === null ? '' : ` (until ${siteAndUtc(until, look.zone)})`}`;
}
