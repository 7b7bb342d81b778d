import type { RunView } from './view.ts';

/** Shows a run while it goes on. What it showed last stays on the screen. */
export interface LiveDisplay {
  update(view: RunView): void;
  /** Says something that is no change of the run, such as a worker that went away. */
  note(text: string): void;
}
