import type { WorkflowHandle } from '@temporalio/client';
import { hostTurnId } from '../../model/ids.ts';
import type { LedgerEntry, RunStatus } from '../../model/run.ts';
import type { TurnStep } from '../../model/turn.ts';
import type { Session } from '../connect.ts';
import { ask, readLedger } from '../run-state.ts';

/** What a host in work is doing right now. */
export interface HostWork {
  step: TurnStep | null;
  round: number;
  /** `63 %, KB5031364` while an installation is followed; empty otherwise. */
  progress: string;
  stopping: string | null;
}

/** One look at a run: its status, its rows, and what its hosts in work do. */
export interface RunView {
  status: RunStatus;
  entries: LedgerEntry[];
  work: ReadonlyMap<string, HostWork>;
}

/** Looks at the run. The rows are read again only when the status says that they changed. */
export async function lookAtRun(session: Session, handle: WorkflowHandle, last: RunView | null): Promise<RunView> {
  const status = await ask(session, handle, 'status');
  const entries = last !== null && sameRows(last.status, status) ? last.entries : await readLedger(session, handle);
  const work = new Map<string, HostWork>();
  await Promise.all(
    status.inWork.map(async (host) => {
      work.set(host, await lookAtHost(session, host));
    }),
  );
  return { status, entries, work };
}

function sameRows(before: RunStatus, after: RunStatus): boolean {
  return rowsKey(before) === rowsKey(after);
}

/** Changes whenever a row of the ledger may have changed. */
function rowsKey({ ledger, inWork, targets, phase, questions }: RunStatus): string {
  return JSON.stringify([ledger, inWork, targets, phase, questions]);
}

async function lookAtHost(session: Session, host: string): Promise<HostWork> {
  const handle = session.client.workflow.getHandle(hostTurnId(host));
  try {
    const [turn, description] = await Promise.all([ask(session, handle, 'turn'), handle.describe()]);
    const last = turn.steps.at(-1);
    const heartbeat = description.raw.pendingActivities?.find(
      ({ heartbeatDetails }) => heartbeatDetails?.payloads?.length,
    );
    return {
      step: last?.result === 'running' ? last.step : turn.step,
      round: last?.round ?? 1,
      progress: progressText(heartbeat?.heartbeatDetails?.payloads?.[0]?.data),
      stopping: turn.stopping,
    };
  } catch (error) {
    // Between two polls a turn may just have begun or be gone from the cache: the next look tells more, the run goes on.
    if (error instanceof Error) return { step: null, round: 1, progress: '', stopping: null };
    throw error;
  }
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
