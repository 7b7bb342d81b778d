import { siteOf } from '../../model/queues.ts';
import type { HeldUp, Outcome } from '../../model/turn.ts';
import type { RunControl } from '../run/control.ts';
import type { RunRecord } from '../run/record.ts';
import { endWithoutTurn } from './endings.ts';
import type { Rollout } from './stage-in-hand.ts';

/**
 * A turn was held up: its target waits for another one, and the run asks. Somebody who asked for its stop meanwhile gets it; after an
 * abort whatever waits ends together.
 */
export function targetHeldUp(
  { schedule, record, control }: Rollout,
  outcome: Outcome,
  heldUp: HeldUp,
  stopped: string | undefined,
): void {
  const { id } = outcome;
  schedule.holdUp(id, outcome);
  record.ledger.holdUp(id, outcome);
  if (stopped === undefined) ask(record, control, id, heldUp);
  else if (control.aborting === null)
    endWithoutTurn(schedule, record, id, 'skipped', `Stopped before its next turn: ${stopped}`);
}

/**
 * The run pauses, and says what it asks; `resume` is the answer. It asks one thing at a time, and nothing while it is paused: whoever
 * resumes it lets in what was shown for the whole of that pause. What is held up by something else is held up again then.
 */
export function ask(record: RunRecord, control: RunControl, id: string, heldUp: HeldUp): void {
  if (control.paused !== null || control.aborting !== null || isLetIn(record, heldUp)) return;
  const site = siteOf(record.target(id)?.queue ?? '');
  const answer =
    Object.keys(heldUp.scripts).length === 0
      ? 'no resume lets that in'
      : 'a resume lets them in; or start a worker with the planned ones, then resume';
  const text = `a worker of site ${site} carries other scripts than were planned: ${heldUp.text}; ${answer}`;
  control.ask({ text, heldUp });
  record.note(`The run has paused itself: ${text}.`);
}

/** The turn had begun before somebody let that in. */
function isLetIn({ letIn }: RunRecord, { scripts }: HeldUp): boolean {
  const files = Object.entries(scripts);
  return files.length > 0 && files.every(([file, hash]) => letIn.scripts[file]?.includes(hash));
}
