import { quoted } from '../../model/messages.ts';
import type { Steering } from '../run/control.ts';
import type { RunRecord } from '../run/record.ts';
import { endWithoutTurn } from './endings.ts';
import type { Rollout } from './stage-in-hand.ts';

/** Retry and skip of one target, and the abort of all. Each answers null, or why it refuses. */
export function steering({ verdicts, record, control, schedule, turns }: Rollout): Steering {
  const findTarget = targetsByName(record);
  return {
    retry(name, claim) {
      const id = findTarget(name);
      if (id === null) return unknownTarget(name);
      const progress = schedule.progressOf(id);
      if (progress === undefined) return `${id} has no part in this stage`;
      if (progress === 'waiting') return `${id} waits for a turn already`;
      if (progress !== 'ended') return `${id} is in work; it can be retried when its turn has ended`;
      if (record.ledger.entry(id)?.state === 'succeeded') return `${id} succeeded; there is nothing to retry`;
      const verdict = verdicts.find(({ target, needsNewPlan }) => target === id && needsNewPlan === true);
      if (verdict !== undefined)
        return `${id} was kept out when the plan was made, and a turn cannot change that (${verdict.reason}): mend its cause and start a new run for it`;
      schedule.again(id);
      record.ledger.waitAgain(id);
      record.noteMessage(`${id} gets another turn, ${claim}`);
      return null;
    },
    skip(name, claim) {
      const id = findTarget(name);
      if (id === null) return unknownTarget(name);
      const progress = schedule.progressOf(id);
      if (progress === undefined) return `${id} has no part in this stage`;
      if (progress === 'ended') return `${id} has ended already, as ${record.ledger.entry(id)?.state}`;
      if (progress === 'in-work') {
        turns.stop(id, `skipped by an operator, ${claim}`);
        return null;
      }
      // Who leaves the target out has not vouched for what held it up.
      if (control.asked?.target === id && control.asked.heldUp.by === 'doubt') control.asked = null;
      turns.giveUp(id);
      endWithoutTurn(schedule, record, id, 'skipped', `Skipped by an operator, ${claim}`);
      return null;
    },
    abort: (reason) => turns.stopAll(`the run is aborted: ${reason}`),
  };
}

/** Finds a target by its full name, in whatever case, or by its short name where only one has it. */
function targetsByName({ ledger: { rows } }: RunRecord): (name: string) => string | null {
  const ids = new Map<string, string | null>();
  for (const { id } of rows) {
    const short = id.toLowerCase().split('.')[0] ?? id;
    ids.set(short, ids.has(short) ? null : id);
  }
  for (const { id } of rows) ids.set(id.toLowerCase(), id);
  return (name) => ids.get(name) ?? null;
}

function unknownTarget(name: string): string {
  return `${quoted(name)} is not one target of this run; use a name from the ledger`;
}
