import cliTruncate from 'cli-truncate';
import { createLogUpdate } from 'log-update';
import { WAITS_FOR_RUN, type LedgerEntry } from '../../model/run.ts';
import { endedCounts, openCounts, renderCounts } from '../render/ledger.ts';
import type { Look } from '../render/look.ts';
import { clock } from '../render/time.ts';
import type { Terminal } from '../terminal.ts';
import { endText } from './changes.ts';
import type { LiveDisplay } from './live-display.ts';
import type { TargetWork, RunView } from './view.ts';

/** The fonts of older Windows consoles lack the heavy signs. */
const [DONE, FAILED] = process.platform === 'win32' ? ['√', '×'] : ['✔', '✖'];

/** One row for each target and then the run, drawn over in place. What `lines` notes stands above them and stays. */
export function taskList(terminal: Terminal, lines: LiveDisplay): LiveDisplay {
  const stdout = terminal.streams.stdout as NodeJS.WriteStream;
  // A cursor that was never hidden is there however the process ends.
  const log = createLogUpdate(stdout, { showCursor: true });
  let rows: string[] = [];
  const draw = (before?: () => void) => {
    // A row as wide as the terminal would wrap on some of them.
    const text = rows.map((row) => cliTruncate(row, (terminal.columns ?? 80) - 1)).join('\n');
    // In one write, or it flickers. And whole: what others write in between (a log line, the ^C) would shift single rows.
    stdout.cork();
    log.clear();
    before?.();
    log(text);
    stdout.uncork();
  };
  return {
    update(view) {
      rows = listRows(view, terminal);
      draw();
    },
    note: (text) => draw(() => lines.note(text)),
  };
}

/** What the list shows of a run. The time of the look takes the place of a spinner, which would also turn when nobody answers. */
export function listRows({ status, entries, work }: RunView, look: Look): string[] {
  const ended = entries.filter(({ progress }) => progress === 'ended').length;
  const counts = renderCounts(endedCounts(status.ledger, entries), status.targets, look, openCounts(entries));
  const phase = `${status.phase}${status.wave === null ? '' : `, wave ${status.wave}`}`;
  return [
    ...entries.map((entry) => rowText(entry, work.get(entry.id), look)),
    `${clock(new Date().toISOString(), look.zone)}  ${phase}: ${ended} of ${counts}`,
    ...(status.waiting === null ? [] : [`waiting: ${status.waiting}`]),
  ].map((row) => row.replaceAll(/\s*[\r\n]\s*/g, ' '));
}

function waitText({ reason, wave }: LedgerEntry): string {
  return reason.startsWith(WAITS_FOR_RUN) ? reason : `waits for wave ${wave}`;
}

/** `› app01.corp.example  install (round 2)  63 %, KB5031364`. */
function rowText(entry: LedgerEntry, work: TargetWork | undefined, look: Look): string {
  const { colours } = look;
  if (entry.progress === 'ended') return `${markOf(entry, look)} ${entry.id}  ${endText(entry, look)}`;
  if (entry.progress === 'waiting') return `  ${entry.id}  ${colours.dim(waitText(entry))}`;
  const step = work?.step ?? 'begins';
  const round = work !== undefined && work.round > 1 ? ` (round ${work.round})` : '';
  const interfered = work?.interfered ? colours.yellow(`  ${work.interfered}`) : '';
  const stopping = work?.stopping ? colours.yellow('  stops at its safe point') : '';
  return `${colours.cyan('›')} ${entry.id}  ${colours.cyan(`${step}${round}`)}${interfered}${work?.progress ? `  ${work.progress}` : ''}${stopping}`;
}

function markOf({ state }: LedgerEntry, { colours }: Look): string {
  if (state === 'succeeded') return colours.green(DONE);
  return state === 'failed' || state === 'unknown' || state === 'unreachable'
    ? colours.red(FAILED)
    : colours.yellow('↓');
}
