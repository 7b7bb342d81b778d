import { paintState } from './ledger.ts';
import type { Look } from './look.ts';
import { renderTable } from './table.ts';
import { dateTime } from './time.ts';

/** One run as `fettle list` shows it, from visibility alone: no worker is needed. */
export interface ListedRun {
  runId: string;
  executionRunId: string;
  change: string | null;
  sites: string | null;
  /** Temporal's word in lower case: `running`, `completed`, `failed`, `terminated`. */
  status: string;
  /** The run's own word while it runs and its outcome afterwards. */
  outcome: string | null;
  question: string | null;
  openedAt: string;
  closedAt: string | null;
}

export function renderRuns(runs: ListedRun[], look: Look): string {
  if (runs.length === 0) return 'No such runs.';
  const rows = runs.map((run) => [
    run.runId,
    run.change ?? '-',
    run.sites ?? '-',
    stateOf(run, look),
    dateTime(run.openedAt, look.zone),
    run.closedAt === null ? '-' : dateTime(run.closedAt, look.zone),
    run.question ?? '',
  ]);
  return renderTable(['RUN', 'CHANGE', 'SITES', 'STATE', 'OPENED', 'CLOSED', 'OPEN QUESTION'], rows, look);
}

/** A run that ended without a result of its own says how Temporal ended it: its last word would be stale. */
function stateOf({ status, outcome }: ListedRun, look: Look): string {
  if (status === 'running' || status === 'completed') return paintState(outcome ?? status, look);
  return look.colours.red(status);
}
