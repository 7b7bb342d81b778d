import type { RunView } from './view.ts';

/** Shows a run while it goes on. */
export interface LiveDisplay {
  update(view: RunView): void;
  /** Says something that is no change of the run, such as a worker that went away. */
  note(text: string): void;
  /** Draws the last state; nothing is shown after it. `left`: the run goes on, so that no target is marked as ended. */
  end(how: 'ended' | 'left'): Promise<void>;
}
