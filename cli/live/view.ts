import type { WorkflowHandle } from '@temporalio/client';
import type { LedgerEntry, RunStatus } from '../../model/run.ts';
import type { TargetView } from '../../model/turn.ts';
import type { Session } from '../connect.ts';
import { ask, readLedger } from '../run-state.ts';
import { readPending, type Pending } from './pending.ts';

/** What a target in work is doing right now. */
export interface TargetWork extends Pending {
  step: string | null;
  round: number;
  stopping: string | null;
}

/** One look at a run: its status, its rows, and what its targets in work do. */
export interface RunView {
  status: RunStatus;
  entries: LedgerEntry[];
  work: ReadonlyMap<string, TargetWork>;
}

/** Looks at the run. The rows are read again only when the status says that they changed. */
export async function lookAtRun(session: Session, handle: WorkflowHandle, last: RunView | null): Promise<RunView> {
  const status = await ask(session, handle, 'status');
  const entries =
    last !== null && rowsKey(last.status) === rowsKey(status) ? last.entries : await readLedger(session, handle);
  const inWork = new Set(status.inWork);
  // Several targets may share one turn.
  const turns = new Set(entries.filter(({ id }) => inWork.has(id)).map(({ turnId }) => turnId));
  const work = await Promise.all([...turns].map((turnId) => lookAtTurn(session, turnId)));
  return { status, entries, work: new Map(work.flat()) };
}

/** Changes whenever a row of the ledger may have changed. */
function rowsKey({ ledger, inWork, targets, stages, phase, questions }: RunStatus): string {
  return JSON.stringify([ledger, inWork, targets, stages, phase, questions]);
}

const NOTHING: Pending = { progress: '', interfered: null };

async function lookAtTurn(session: Session, turnId: string): Promise<[string, TargetWork][]> {
  const handle = session.client.workflow.getHandle(turnId);
  try {
    const [{ targets }, description] = await Promise.all([ask(session, handle, 'turn'), handle.describe()]);
    // An activity names no target: with several at work at once nobody could say whose it is.
    const alone = targets.filter(isRunning).length === 1;
    const pending = alone ? readPending(description.raw.pendingActivities ?? []) : NOTHING;
    return targets.map((target) => [target.id, workOf(target, isRunning(target) ? pending : NOTHING)]);
  } catch (error) {
    // Between two polls a turn may just have begun or be gone from the cache: the next look tells more, the run goes on.
    if (error instanceof Error) return [];
    throw error;
  }
}

function isRunning({ steps }: TargetView): boolean {
  return steps.at(-1)?.result === 'running';
}

function workOf({ steps, stopping }: TargetView, pending: Pending): TargetWork {
  const last = steps.at(-1);
  return { step: last?.step ?? null, round: last?.round ?? 1, stopping, ...pending };
}
