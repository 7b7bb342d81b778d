import { quoted } from '../../model/messages.ts';
import type { Steering } from '../run/control.ts';
import type { RunRecord } from '../run/record.ts';
import { endWithoutTurn } from './endings.ts';
import type { Rollout } from './stage-in-hand.ts';

/** Retry and skip of one target, and the abort of all. Each answers null, or why it refuses. */
export function steering({ verdicts, record, schedule, turns }: Rollout): Steering {
  return {
    retry(name, claim) {
      const id = findTarget(record, name);
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
      const id = findTarget(record, name);
      if (id === null) return unknownTarget(name);
      const progress = schedule.progressOf(id);
      if (progress === undefined) return `${id} has no part in this stage`;
      if (progress === 'ended') return `${id} has ended already, as ${record.ledger.entry(id)?.state}`;
      if (progress === 'in-work') {
        turns.stop(id, `skipped by an operator, ${claim}`);
        return null;
      }
      endWithoutTurn(schedule, record, id, 'skipped', `Skipped by an operator, ${claim}`);
      return null;
    },
    abort: (reason) => turns.stopAll(`the run is aborted: ${reason}`),
  };
}

/** A target by its full name, in whatever case, or by its short name where only one has it. */
function findTarget({ ledger: { rows } }: RunRecord, name: string): string | null {
  const whole = rows.filter(({ id }) => id.toLowerCase() === name);
  const [only, ...others] = whole.length > 0 ? whole : rows.filter(({ id }) => id.toLowerCase().split('.')[0] === name);
  return only !== undefined && others.length === 0 ? only.id : null;
}

function unknownTarget(name: string): string {
  return `${quoted(name)} is not one target of this run; use a name from the ledger`;
}
