import { isGrpcDeadlineError, type WorkflowHandle } from '@temporalio/client';
import type { Plan } from '../model/plan.ts';
import type { HandoverItem, LedgerEntry, LedgerPage, RunStatus } from '../model/run.ts';
import type { TurnView } from '../model/turn.ts';
import type { Session } from './connect.ts';
import { noWorker } from './pollers.ts';

/** A query waits for a worker for as long as it is let. */
const QUERY_LIMIT_MS = 15_000;
const PAGE_SIZE = 100;

/** Answers of a run's and a turn's queries, by query name. */
export interface QueryAnswers {
  status: RunStatus;
  ledger: LedgerPage;
  plan: Plan | null;
  handover: HandoverItem[];
  turn: TurnView;
}

/**
 * Asks a workflow something that only a worker can answer.
 * @throws {CommandError} `NoWorker` (exit 4) when none does in time.
 */
export async function ask<N extends keyof QueryAnswers>(
  session: Session,
  handle: WorkflowHandle,
  query: N,
  ...args: unknown[]
): Promise<QueryAnswers[N]> {
  try {
    return await session.connection.withDeadline(Date.now() + QUERY_LIMIT_MS, () =>
      handle.query<QueryAnswers[N], unknown[]>(query, ...args),
    );
  } catch (error) {
    if (isGrpcDeadlineError(error)) throw noWorker(session);
    throw error;
  }
}

/** Every row of the ledger, joined from its pages. */
export async function readLedger(session: Session, handle: WorkflowHandle): Promise<LedgerEntry[]> {
  const first = await ask(session, handle, 'ledger', { page: 1, pageSize: PAGE_SIZE });
  const entries = [...first.entries];
  for (let page = 2; page <= first.pages; page += 1) {
    entries.push(...(await ask(session, handle, 'ledger', { page, pageSize: PAGE_SIZE })).entries);
  }
  return entries;
}
