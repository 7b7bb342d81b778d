import { NOT_SUCCEEDED, OPEN_QUESTION } from '../../model/handover.ts';
import type { HandoverItem } from '../../model/run.ts';
import type { RunbookView } from '../../runbooks/runbook.ts';
import type { Look } from './look.ts';
import { siteAndUtc } from './time.ts';

/** What the next shift must know, the most urgent kind first. */
export function renderHandover(items: HandoverItem[], view: RunbookView, look: Look): string {
  if (items.length === 0) return 'Nothing to hand over: no reboot pending, no question open, nothing left switched on.';
  return headings(items, view)
    .map(([kind, heading]) => ({ heading, ofKind: items.filter((item) => item.kind === kind) }))
    .filter(({ ofKind }) => ofKind.length > 0)
    .map(({ heading, ofKind }) => `${look.colours.bold(heading)}\n${ofKind.map((item) => line(item, look)).join('\n')}`)
    .join('\n');
}

/** Kinds with their headings in their order; one that nobody names is its own heading, so that nothing is left out. */
function headings(items: HandoverItem[], { handoverHeadings }: RunbookView): [kind: string, heading: string][] {
  const named = new Map([
    [OPEN_QUESTION.kind as string, OPEN_QUESTION.heading as string],
    ...Object.entries(handoverHeadings),
  ]);
  for (const { kind } of items) if (!named.has(kind) && kind !== NOT_SUCCEEDED.kind) named.set(kind, kind);
  return [...named, [NOT_SUCCEEDED.kind, NOT_SUCCEEDED.heading]];
}

function line({ target, text, until }: HandoverItem, look: Look): string {
  return `  ${target}: ${text}${until === null ? '' : ` (until ${siteAndUtc(until, look.zone)})`}`;
}
