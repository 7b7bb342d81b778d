import { setTimeout as wait } from 'node:timers/promises';
import { CONTROL_QUEUE } from '../model/queues.ts';
import type { Session } from './connect.ts';
import { unreachable } from './errors.ts';

/** TaskQueueType of Temporal's interface. */
export type QueueKind = 'workflow' | 'activity';
const QUEUE_TYPES: Readonly<Record<QueueKind, number>> = { workflow: 1, activity: 2 };

/** A long poll lasts a minute and the server forgets a poller after five: one not seen for longer than this is gone. */
const POLLER_MAX_AGE_MS = 90_000;
const LIMIT_MS = 10_000;

/** Identities of the workers that poll a queue now. */
export async function activePollers(session: Session, queue: string, kind: QueueKind): Promise<string[]> {
  const answer = await session.connection.withDeadline(Date.now() + LIMIT_MS, () =>
    session.client.workflowService.describeTaskQueue({
      namespace: session.namespace,
      taskQueue: { name: queue },
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is in a package that the client does not export
      taskQueueType: QUEUE_TYPES[kind],
    }),
  );
  const oldest = Date.now() - POLLER_MAX_AGE_MS;
  return (answer.pollers ?? [])
    .filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= oldest)
    .map(({ identity }) => identity ?? 'unnamed');
}

/** A worker that has just started is seen by the server a moment later than by whoever started it. */
const FIRST_POLL_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 200;

/**
 * Makes sure that somebody answers before a command waits for an answer.
 * @throws {CommandError} `NoWorker` (exit 4).
 */
export async function requireWorker(session: Session): Promise<void> {
  const deadline = Date.now() + FIRST_POLL_WITHIN_MS;
  while ((await activePollers(session, CONTROL_QUEUE, 'workflow')).length === 0) {
    if (Date.now() > deadline) throw noWorker(session);
    await wait(LOOK_EVERY_MS);
  }
}

export function noWorker(session: Session): Error {
  return unreachable(
    'NoWorker',
    `No worker polls the queue "${CONTROL_QUEUE}" of ${session.address} (namespace ${session.namespace}): nobody would answer.\n` +
      'Start one with `npx fettle worker`, or a whole lab with `npx fettle lab up`. Runs keep their place meanwhile.',
  );
}
