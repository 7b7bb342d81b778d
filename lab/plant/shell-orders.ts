import type { FaultOrder } from './api.ts';
import type { FaultBook } from './fault-book.ts';
import type { ShellMisbehaviour } from './shell-misbehaviour.ts';

/** In an order to the shell: whatever host a call is about, also none. */
export const ANY_HOST = '*';

type ShellOrder = Extract<FaultOrder, { fault: 'shell' }>;

/** The misbehaviour that is ordered for a call of this script about this host, counted as one strike; null for none. */
export function strikeShellCall(book: FaultBook, host: string, script: string): ShellMisbehaviour | null {
  return strike(book, host, (order) => !isForStart(order) && (order.script ?? script) === script);
}

/** The same for the start of a shell: it belongs to no host yet, so the oldest order for a start counts, whatever its host. */
export function strikeShellStart(book: FaultBook): ShellMisbehaviour | null {
  const waiting = book.list().find(({ order }) => order.fault === 'shell' && isForStart(order));
  return waiting === undefined ? null : strike(book, waiting.order.host, isForStart);
}

function strike(book: FaultBook, host: string, matches: (order: ShellOrder) => boolean): ShellMisbehaviour | null {
  const struck = book.strike(host, 'shell', matches) ?? book.strike(ANY_HOST, 'shell', matches);
  return struck?.behaviour ?? null;
}

function isForStart({ behaviour }: ShellOrder): boolean {
  return behaviour === 'old-version';
}
