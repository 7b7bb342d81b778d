import type { WorkflowHandle } from '@temporalio/client';
import type { LedgerEntry, RunStatus } from '../../model/run.ts';
import type { TargetView } from '../../model/turn.ts';
import type { Session } from '../connect.ts';
import { ask, readLedger } from '../run-state.ts';

/** What a target in work is doing right now. */
export interface TargetWork {
  step: string | null;
  round: number;
  /** `63 %, KB5031364` while an installation is followed; empty otherwise. */
  progress: string;
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

async function lookAtTurn(session: Session, turnId: string): Promise<[string, TargetWork][]> {
  const handle = session.client.workflow.getHandle(turnId);
  try {
    const [{ targets }, description] = await Promise.all([ask(session, handle, 'turn'), handle.describe()]);
    const heartbeat = description.raw.pendingActivities?.find(
      ({ heartbeatDetails }) => heartbeatDetails?.payloads?.length,
    );
    const progress = progressText(heartbeat?.heartbeatDetails?.payloads?.[0]?.data);
    // A heartbeat names no target: with several at work at once nobody could say whose it is.
    const alone = targets.filter(isRunning).length === 1;
    return targets.map((target) => [target.id, workOf(target, alone && isRunning(target) ? progress : '')]);
  } catch (error) {
    // Between two polls a turn may just have begun or be gone from the cache: the next look tells more, the run goes on.
    if (error instanceof Error) return [];
    throw error;
  }
}

function isRunning({ steps }: TargetView): boolean {
  return steps.at(-1)?.result === 'running';
}

function workOf({ steps, stopping }: TargetView, progress: string): TargetWork {
  const last = steps.at(-1);
  return { step: last?.step ?? null, round: last?.round ?? 1, progress, stopping };
}

/** A heartbeat is `{ percent, current }`; one that is encrypted or of another shape shows nothing. */
export function progressText(data: Uint8Array | null | undefined): string {
  if (data === null || data === undefined) return '';
  const beat = parseBeat(Buffer.from(data).toString('utf8'));
  if (typeof beat !== 'object' || beat === null || !('percent' in beat) || typeof beat.percent !== 'number') return '';
  const current = 'current' in beat && typeof beat.current === 'string' ? beat.current : '';
  return [`${Math.round(beat.percent)} %`, current].filter((part) => part !== '').join(', ');
}

function parseBeat(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
