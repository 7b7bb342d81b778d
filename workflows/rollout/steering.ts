import type { Rollout } from '../rollout.ts';
import { endWithoutTurn } from './endings.ts';
import type { Steering } from '../run/control.ts';
import type { RunRecord } from '../run/run-record.ts';

/** Retry and skip of one target, and the abort of all. Each answers null, or why it refuses. */
export function steering({ record, schedule, turns }: Rollout): Steering {
  return {
    retry(name, reason) {
      const host = findHost(record, name);
      if (host === null) return unknownHost(name);
      if (schedule.progressOf(host) !== 'ended') return `${host} has not ended yet`;
      if (record.entry(host)?.state === 'succeeded') return `${host} succeeded; there is nothing to retry`;
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

/** A target by its full name, or by its short name where only one has it. */
function findHost(record: RunRecord, name: string): string | null {
  if (record.entry(name) !== undefined) return name;
  const matches = record.ledger.filter(({ host }) => host.split('.')[0] === name);
  return matches.length === 1 ? (matches[0]?.host ?? null) : null;
}

function unknownHost(name: string): string {
  return `"${name}" is not one target of this run; use a name from the ledger`;
}
