import type { PatchPlan } from '../../model/plan.ts';
import type { Rollout } from './parts.ts';
import { endWithoutTurn } from './endings.ts';
import type { Steering } from '../run/control.ts';
import type { RunRecord } from '../run/run-record.ts';

/** Retry and skip of one target, and the abort of all. Each answers null, or why it refuses. */
export function steering({ plan, record, schedule, turns }: Rollout): Steering {
  return {
    retry(name, reason) {
      const host = findHost(record, name);
      if (host === null) return unknownHost(name);
      const progress = schedule.progressOf(host);
      if (progress === 'waiting') return `${host} waits for a turn already`;
      if (progress !== 'ended') return `${host} is in work; it can be retried when its turn has ended`;
      if (record.entry(host)?.state === 'succeeded') return `${host} succeeded; there is nothing to retry`;
      const onlyByPlanning = needsNewPlan(plan, host);
      if (onlyByPlanning !== null) return onlyByPlanning;
      schedule.again(host);
      record.waitAgain(host);
      record.note(`${host} gets another turn: ${reason}`);
      return null;
    },
    skip(name, reason) {
      const host = findHost(record, name);
      if (host === null) return unknownHost(name);
      const progress = schedule.progressOf(host);
      if (progress === 'ended') return `${host} has ended already, as ${record.entry(host)?.state}`;
      if (progress === 'in-work') {
        turns.stop(host, `skipped by an operator: ${reason}`);
        return null;
      }
      endWithoutTurn(schedule, record, host, 'skipped', `Skipped by an operator: ${reason}`);
      return null;
    },
    abort: (reason) => turns.stopAll(`the run is aborted: ${reason}`),
  };
}

/** What no turn can look at again: where a control-plane host stands in the waves, and what a host that was not read is to install. */
function needsNewPlan({ guards }: PatchPlan, host: string): string | null {
  const verdict = guards.find(
    (one) => one.host === host && one.verdict !== 'note' && DECIDED_BY_PLANNING.includes(one.guard),
  );
  if (verdict === undefined) return null;
  return `${host} was kept out when the plan was made, and a turn cannot change that (${verdict.reason}): mend its cause and start a new run for it`;
}

/** Guards of the plan that a turn does not ask again (runbooks/patch-window/plan-guards.ts). */
const DECIDED_BY_PLANNING: readonly string[] = ['control-plane', 'reachable', 'duration-class'];

/** A target by its full name, or by its short name where only one has it. */
function findHost(record: RunRecord, name: string): string | null {
  if (record.entry(name) !== undefined) return name;
  const matches = record.ledger.filter(({ host }) => host.split('.')[0] === name);
  return matches.length === 1 ? (matches[0]?.host ?? null) : null;
}

function unknownHost(name: string): string {
  return `"${name}" is not one target of this run; use a name from the ledger`;
}
