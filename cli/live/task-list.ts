import { Listr } from 'listr2';
import type { LedgerEntry } from '../../model/run.ts';
import { endedCounts, openCounts, renderCounts } from '../render/ledger.ts';
import type { Look } from '../render/look.ts';
import { endText } from './changes.ts';
import type { LiveDisplay } from './live-display.ts';
import type { HostWork, RunView } from './view.ts';

/** The part of a listr2 task that a row needs. */
interface Row {
  title: string;
  skip(message?: string): void;
}

interface HostRow {
  task: Row | null;
  /** Closes the row: with a check mark, as skipped, or with a cross. */
  close: ((entry: LedgerEntry) => void) | null;
}

/** One line for each host with its step and progress, drawn over in place. */
export class TaskList implements LiveDisplay {
  private readonly look: Look;
  private readonly rows = new Map<string, HostRow>();
  private readonly summary: HostRow = { task: null, close: null };
  private readonly drawn: Promise<unknown>;
  private endSummary: () => void = () => undefined;
  private summaryText = '';

  constructor(look: Look, entries: LedgerEntry[]) {
    this.look = look;
    for (const { host } of entries) this.rows.set(host, { task: null, close: null });
    const list = new Listr(
      [
        ...entries.map(({ host }) => ({ title: host, task: (_: unknown, task: Row) => this.holdRow(host, task) })),
        { title: 'run', task: (_: unknown, task: Row) => this.holdSummary(task) },
      ],
      {
        concurrent: true,
        exitOnError: false,
        registerSignalListeners: false,
        rendererOptions: {
          collapseSkips: false,
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
      const row = this.rows.get(entry.host);
      if (row?.task == null) continue;
      row.task.title = rowText(entry, view.work.get(entry.host), this.look);
      if (entry.progress === 'ended') row.close?.(entry);
    }
    this.note(summaryText(view, this.look));
  }

  note(text: string): void {
    this.summaryText = text;
    if (this.summary.task !== null) this.summary.task.title = text;
  }

  async end(): Promise<void> {
    for (const row of this.rows.values()) row.close?.(NEVER_ENDED);
    this.endSummary();
    await this.drawn;
  }

  private holdRow(host: string, task: Row): Promise<void> {
    return new Promise((resolve, reject) => {
      const row = this.rows.get(host);
      if (row === undefined) return resolve();
      row.task = task;
      row.close = (entry) => {
        row.close = null;
        if (entry.state === 'succeeded') return resolve();
        if (entry.state === 'failed' || entry.state === 'unknown' || entry.state === 'unreachable') {
          return reject(new Error(entry.reason));
        }
        task.skip(task.title);
        resolve();
      };
    });
  }

  private holdSummary(task: Row): Promise<void> {
    this.summary.task = task;
    task.title = this.summaryText;
    return new Promise((resolve) => {
      this.endSummary = resolve;
    });
  }
}

/** Closes the rows whose end was never seen: the run closed without it. */
const NEVER_ENDED: LedgerEntry = {
  host: '',
  site: '',
  wave: '',
  state: 'unknown',
  progress: 'ended',
  turns: 0,
  reason: 'the run closed first',
  question: null,
  outcome: null,
};

/** `app01.corp.example  install (round 2)  63 %, KB5031364`. */
export function rowText(entry: LedgerEntry, work: HostWork | undefined, look: Look): string {
  if (entry.progress === 'ended') return `${entry.host}  ${endText(entry, look)}`;
  if (entry.progress === 'waiting') return `${entry.host}  ${look.colours.dim(`waits for wave ${entry.wave}`)}`;
  const step = work?.step ?? 'begins';
  const round = work !== undefined && work.round > 1 ? ` (round ${work.round})` : '';
  const stopping = work?.stopping ? look.colours.yellow('  stops at its safe point') : '';
  return `${entry.host}  ${look.colours.cyan(`${step}${round}`)}${work?.progress ? `  ${work.progress}` : ''}${stopping}`;
}

function summaryText(view: RunView, look: Look): string {
  const { status, entries } = view;
  const ended = entries.filter(({ progress }) => progress === 'ended').length;
  const waiting = status.waiting === null ? '' : `; ${status.waiting}`;
  return `${status.phase}${status.wave === null ? '' : `, wave ${status.wave}`}: ${ended} of ${renderCounts(endedCounts(status.ledger, entries), status.targets, look, openCounts(entries))}${waiting}`;
}
