import { clock } from '../render/time.ts';
import type { Terminal } from '../terminal.ts';
import { changesBetween } from './changes.ts';
import type { LiveDisplay } from './live-display.ts';
import type { RunView } from './view.ts';

/** One line with its time for each change: for logs, pipes and terminals that are too small for a list. */
export function plainLines(terminal: Terminal): LiveDisplay {
  let last: RunView | null = null;
  const note = (text: string) => terminal.progress(`${clock(new Date().toISOString(), terminal.zone)}  ${text}`);
  return {
    update(view) {
      for (const line of changesBetween(last, view, terminal)) note(line);
      last = view;
    },
    note,
  };
}
