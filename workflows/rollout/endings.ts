import { failureRule, leavesGroupInDoubt } from '../../model/failures.ts';
import type { TargetState } from '../../model/ledger.ts';
import { WAITS_FOR_RUN } from '../../model/run.ts';
import type { Outcome } from '../../model/turn.ts';
import type { RunRecord } from '../run/record.ts';
import type { Rollout } from './stage-in-hand.ts';
import type { Blocker, RolloutSchedule, StopReason } from './schedule.ts';

/** Targets that a guard kept out at planning end at once, with its reason. */
export function keepOut({ verdicts, record, schedule }: Rollout): void {
  for (const { target, guard, verdict, failure, reason } of verdicts) {
    if (target === null || verdict === 'note' || schedule.progressOf(target) !== 'waiting') continue;
    const { state } = failureRule(failure);
    schedule.ended(target, { state, proven: false, groupSafe: !leavesGroupInDoubt(state, failure) });
    if (failure === 'WindowClosing') record.cutOff = true;
    record.ledger.endWithoutTurn(target, state, `${failure ?? guard}: ${reason}`, verdict === 'ask' ? reason : null);
  }
}

/** No target starts whose expected duration does not fit before the window closes. */
export function cutOff({ window, record, schedule }: Rollout): void {
  if (window === null) return;
  const { closesAt } = window;
  for (const id of schedule.noLongerFitting(Date.now(), Date.parse(closesAt))) {
    record.cutOff = true;
    endWithoutTurn(schedule, record, id, 'not-started', `WindowClosing: its turn does not fit before ${closesAt}.`);
  }
}

/** A turn has ended: schedule and ledger learn it. */
export function turnEnded(schedule: RolloutSchedule, record: RunRecord, outcome: Outcome): void {
  const { id, state, proven, groupSafe } = outcome;
  schedule.ended(id, { state, proven, groupSafe });
  record.ledger.end(id, outcome);
}

/**
 * Another run has the target in work, or a lock that it needs: it waits for that. Somebody who asked for its stop meanwhile gets it;
 * after an abort whatever waits ends together.
 */
export function targetBlocked(
  { schedule, record, control, turns }: Rollout,
  id: string,
  blocker: Blocker,
  stopped: string | undefined,
): void {
  schedule.block(id, blocker);
  record.ledger.holdBack(id, `${WAITS_FOR_RUN}${blocker.text}.`);
  if (stopped === undefined || control.aborting !== null) return;
  turns.giveUp(id);
  endWithoutTurn(schedule, record, id, 'skipped', `Stopped before its turn: ${stopped}`);
}

/** The wait for another run is over: in time, so that the target may be tried again, or too late for its turn. Nothing where it has ended. */
export function targetReleased({ schedule, record, window }: Rollout, id: string, inTime: boolean): void {
  const blocker = schedule.blockedBy(id);
  schedule.unblock(id);
  if (blocker === null || inTime) return;
  record.cutOff = true;
  const { failure, text } = blocker;
  const late = `${failure}: ${text}, until its turn did not fit before ${window?.closesAt} any more.`;
  endWithoutTurn(schedule, record, id, 'not-started', late);
}

/** Ends a waiting target; whether its group may be touched is what its earlier turn, or its planning, said. */
export function endWithoutTurn(
  schedule: RolloutSchedule,
  record: RunRecord,
  id: string,
  state: TargetState,
  reason: string,
): void {
  const groupSafe = schedule.isGroupSafe(id);
  schedule.ended(id, { state: record.ledger.endWithoutTurn(id, state, reason, null), proven: false, groupSafe });
}

const REST: Record<StopReason, string> = {
  abort: 'The run was aborted before its turn.',
  budget: 'The failure budget was spent before its turn.',
  canary: 'The canary wave proved nothing: no target of it did what was to be proven, and passed.',
  stage: 'The stage could not begin.',
};

/** Whatever still waits ends `not-started`, with the reason. */
export function closeRest({ record, schedule }: Rollout, stopped: StopReason | null): void {
  for (const id of schedule.waiting) {
    const holder = schedule.heldBy(id);
    const held = `${holder ?? 'Another member'} of the same redundancy group is not proven healthy.`;
    endWithoutTurn(schedule, record, id, 'not-started', stopped === null ? held : REST[stopped]);
  }
}
