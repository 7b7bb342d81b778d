import type { WorkflowHandle } from '@temporalio/client';

/** An event history as the client fetches it. */
export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** What tells of the machine that recorded, and what no replay looks at. */
const OF_THE_MACHINE: readonly string[] = ['identity', 'stackTrace', 'binaryChecksum'];

/**
 * A history as JSON. Temporal's own conversion (`historyToJSON`) throws wherever npm installs protobufjs more than once, as it does
 * here, so the message is written field by field: bytes as `{ base64 }`, 64-bit numbers as numbers.
 */
export function toPlain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  if (isLong(value)) return value.high * 2 ** 32 + (value.low >>> 0);
  const fields = Object.entries(value).filter(
    ([name, field]) => field !== null && field !== undefined && !OF_THE_MACHINE.includes(name),
  );
  return Object.fromEntries(fields.map(([name, field]) => [name, toPlain(field)]));
}

/** The way back; what comes out encodes to the same message. */
export function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value;
  if ('base64' in value && typeof value.base64 === 'string') return Buffer.from(value.base64, 'base64');
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, fromPlain(field)]));
}

function isLong(value: object): value is { low: number; high: number } {
  return 'low' in value && 'high' in value && 'unsigned' in value;
}
