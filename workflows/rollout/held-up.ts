import { siteOf } from '../../model/queues.ts';
import type { HeldUpByQuestion, OtherScripts, Outcome } from '../../model/turn.ts';
import type { RunControl } from '../run/control.ts';
import type { RunRecord } from '../run/record.ts';
import { endWithoutTurn } from './endings.ts';
import type { Rollout } from './stage-in-hand.ts';

const AFTER_A_LOOK = 'look at that target and its group, then resume the run, or skip the target';

/**
 * A turn was held up: its target waits for another one, and the run asks. Somebody who asked for its stop meanwhile gets it; after an
 * abort whatever waits ends together.
 */
export function targetHeldUp(
  { schedule, record, control }: Rollout,
  outcome: Outcome,
  heldUp: HeldUpByQuestion,
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
export function ask(record: RunRecord, control: RunControl, id: string, heldUp: HeldUpByQuestion): void {
  if (control.paused !== null || control.aborting !== null || isLetIn(record, heldUp)) return;
  const site = siteOf(record.target(id)?.queue ?? '');
  const text = heldUp.by === 'scripts' ? otherScriptsText(heldUp, site) : `${heldUp.text}; ${AFTER_A_LOOK}`;
  control.ask({ text, heldUp, target: id });
  record.note(`The run has paused itself: ${text}.`);
}

function otherScriptsText({ text, scripts }: OtherScripts, site: string): string {
  const answer =
    Object.keys(scripts).length === 0
      ? 'no resume lets that in'
      : 'a resume lets them in; or start a worker with the planned ones, then resume';
  return `a worker of site ${site} carries other scripts than were planned: ${text}; ${answer}`;
}

/** The turn had begun before somebody let that in. */
function isLetIn({ letIn }: RunRecord, heldUp: HeldUpByQuestion): boolean {
  if (heldUp.by === 'doubt') return letIn.locks[heldUp.lock] === heldUp.of;
  const files = Object.entries(heldUp.scripts);
  return files.length > 0 && files.every(([file, hash]) => letIn.scripts[file]?.includes(hash));
}
