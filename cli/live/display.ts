import type { Terminal } from '../terminal.ts';
import type { LiveDisplay } from './live-display.ts';
import { plainLines } from './plain-lines.ts';
import { taskList } from './task-list.ts';

/** Rows that a task list needs besides one for each target. */
const SPARE_ROWS = 4;

/** A live list where the targets fit on a terminal, plain lines with their times elsewhere and until the plan is there. */
export function createDisplay(terminal: Terminal): LiveDisplay {
  const lines = plainLines(terminal);
  let display = lines;
  let chosen = !terminal.live;
  return {
    update(view) {
      if (!chosen && view.entries.length > 0) {
        chosen = true;
        if (view.entries.length + SPARE_ROWS <= terminal.rows) display = taskList(terminal, lines);
      }
      display.update(view);
    },
    note: (text) => display.note(text),
  };
}
