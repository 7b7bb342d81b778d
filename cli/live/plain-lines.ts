import { clock } from '../render/time.ts';
import type { Terminal } from '../terminal.ts';
import { changesBetween } from './changes.ts';
import type { LiveDisplay } from './live-display.ts';
import type { RunView } from './view.ts';

/** One line with its time for each change: for logs, pipes and terminals that are too small for a list. */
export class PlainLines implements LiveDisplay {
  private readonly terminal: Terminal;
  private last: RunView | null = null;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  update(view: RunView): void {
    for (const line of changesBetween(this.last, view, this.terminal)) this.note(line);
    this.last = view;
  }

  note(text: string): void {
    this.terminal.progress(`${clock(new Date().toISOString(), this.terminal.zone)}  ${text}`);
  }

  async end(): Promise<void> {
    // Every change stands on the screen already.
  }
}
