import { Listr } from 'listr2';
import type { LedgerEntry } from '../../model/run.ts';
import { endedCounts, openCounts, renderCounts } from '../render/ledger.ts';
import type { Look } from '../render/look.ts';
import { endText } from './changes.ts';
import type { LiveDisplay } from './live-display.ts';
import type { TargetWork, RunView } from './view.ts';

/** The part of a listr2 task that a row needs. */
interface Row {
  title: string;
  skip(message?: string): void;
}

/** A row may be told its text and its end before the list has begun to draw it. */
interface HeldRow {
  task: Row | null;
  title: string;
  /** How the row ends: a check mark, a cross, or skipped. Only the first call counts. */
  close: (mark: Mark) => void;
  closed: Promise<Mark>;
}

type Mark = { kind: 'done' | 'skipped' } | { kind: 'failed'; reason: string };

/** One line for each target with its step and progress, drawn over in place. */
export class TaskList implements LiveDisplay {
  private readonly look: Look;
  private readonly rows = new Map<string, HeldRow>();
  private readonly summary = heldRow('');
  private readonly drawn: Promise<unknown>;

  constructor(look: Look, entries: LedgerEntry[]) {
    this.look = look;
    const rows = entries.map(({ id }) => {
      const row = heldRow(id);
      this.rows.set(id, row);
      return row;
    });
    const list = new Listr(
      [...rows, this.summary].map((row) => ({ title: row.title, task: (_: unknown, task: Row) => hold(row, task) })),
      {
        concurrent: true,
        exitOnError: false,
        registerSignalListeners: false,
        rendererOptions: {
          suffixSkips: false,
          showErrorMessage: false,
          formatOutput: 'truncate',
        },
      },
    );
    this.drawn = list.run();
  }

  update(view: RunView): void {
    for (const entry of view.entries) {
      const row = this.rows.get(entry.id);
      if (row === undefined) continue;
      entitle(row, rowText(entry, view.work.get(entry.id), this.look));
      if (entry.progress === 'ended') row.close(markOf(entry));
    }
    this.note(summaryText(view, this.look));
  }

  note(text: string): void {
    entitle(this.summary, text);
  }

  async end(how: 'ended' | 'left'): Promise<void> {
    // Rows whose end was never seen: the run closed without it, or it goes on and nobody looks any more.
    const unseen: Mark = how === 'left' ? { kind: 'skipped' } : { kind: 'failed', reason: 'the run closed first' };
    for (const row of this.rows.values()) row.close(unseen);
    this.summary.close({ kind: how === 'left' ? 'skipped' : 'done' });
    await this.drawn;
  }
}

function heldRow(title: string): HeldRow {
  const row: Omit<HeldRow, 'closed'> = { task: null, title, close: ignore };
  return Object.assign(row, { closed: new Promise<Mark>((resolve) => (row.close = resolve)) });
}

/** Stands in for a moment, until the promise of a row has handed out its end. */
function ignore(): void {
  // Nobody closes a row before it is made.
}

function entitle(row: HeldRow, title: string): void {
  row.title = title;
  if (row.task !== null) row.task.title = title;
}

/** The work of a listr2 task: it lasts until its row is closed. */
async function hold(row: HeldRow, task: Row): Promise<void> {
  row.task = task;
  task.title = row.title;
  const mark = await row.closed;
  if (mark.kind === 'failed') throw new Error(mark.reason);
  if (mark.kind === 'skipped') task.skip(task.title);
}

function markOf({ state, reason }: LedgerEntry): Mark {
  if (state === 'succeeded') return { kind: 'done' };
  return state === 'failed' || state === 'unknown' || state === 'unreachable'
    ? { kind: 'failed', reason }
    : { kind: 'skipped' };
}

/** `app01.corp.example  install (round 2)  63 %, KB5031364`. */
export function rowText(entry: LedgerEntry, work: TargetWork | undefined, look: Look): string {
  if (entry.progress === 'ended') return `${entry.id}  ${endText(entry, look)}`;
  if (entry.progress === 'waiting') return `${entry.id}  ${look.colours.dim(`waits for wave ${entry.wave}`)}`;
  const step = work?.step ?? 'begins';
  const round = work !== undefined && work.round > 1 ? ` (round ${work.round})` : '';
  const stopping = work?.stopping ? look.colours.yellow('  stops at its safe point') : '';
  return `${entry.id}  ${look.colours.cyan(`${step}${round}`)}${work?.progress ? `  ${work.progress}` : ''}${stopping}`;
}

function summaryText(view: RunView, look: Look): string {
  const { status, entries } = view;
  const ended = entries.filter(({ progress }) => progress === 'ended').length;
  const waiting = status.waiting === null ? '' : `; ${status.waiting}`;
  return `${status.phase}${status.wave === null ? '' : `, wave ${status.wave}`}: ${ended} of ${renderCounts(endedCounts(status.ledger, entries), status.targets, look, openCounts(entries))}${waiting}`;
}
