import { failureRule } from '../../model/failures.ts';
import type { TargetState } from '../../model/ledger.ts';
import type { GuardVerdict } from '../../model/plan.ts';
import type { TurnOutcome } from '../../model/turn.ts';
import type { Rollout } from './parts.ts';
import type { RolloutSchedule, StopReason } from './schedule.ts';
import type { RunRecord } from '../run/run-record.ts';

/** Targets that a guard kept out at planning end at once, with its reason. */
export function keepOut({ plan, record, schedule }: Rollout): void {
  for (const verdict of plan.guards) {
    if (verdict.host === null || verdict.verdict === 'note' || record.entry(verdict.host)?.progress !== 'waiting')
      continue;
    const { state } = failureRule(verdict.failure);
    schedule.ended(verdict.host, { state, proven: false, groupSafe: isGroupSafe(verdict) });
    if (verdict.failure === 'WindowClosing') record.cutOff = true;
    const question = verdict.verdict === 'ask' ? verdict.reason : null;
    record.endWithoutTurn(verdict.host, state, `${verdict.failure ?? verdict.guard}: ${verdict.reason}`, question);
  }
}

function isGroupSafe({ failure }: GuardVerdict): boolean {
  return failure !== 'HostUnreachable' && failure !== 'GroupUnhealthy' && failure !== 'AvailabilityGroupUnhealthy';
}

/** No target starts whose expected duration does not fit before the window closes. */
export function cutOff({ plan, record, schedule }: Rollout): void {
  const { closesAt } = plan.material.window;
  for (const host of schedule.noLongerFitting(Date.now(), Date.parse(closesAt))) {
    record.cutOff = true;
    endWithoutTurn(schedule, record, host, 'not-started', `WindowClosing: its turn does not fit before ${closesAt}.`);
  }
}

/** A turn has ended: schedule and ledger learn it. */
export function settle(schedule: RolloutSchedule, record: RunRecord, host: string, outcome: TurnOutcome): void {
  const { state, rebootedAfterInstall: proven, groupSafe } = outcome;
  schedule.ended(host, { state, proven, groupSafe });
  record.end(host, outcome);
}

/** Ends a waiting target; whether its group may be touched is what its earlier turn, or its planning, said. */
export function endWithoutTurn(
  schedule: RolloutSchedule,
  record: RunRecord,
  host: string,
  state: TargetState,
  reason: string,
): void {
  const groupSafe = schedule.isGroupSafe(host);
  schedule.ended(host, { state: record.endWithoutTurn(host, state, reason, null), proven: false, groupSafe });
}

const REST: Record<StopReason, string> = {
  abort: 'The run was aborted before its turn.',
  budget: 'The failure budget was spent before its turn.',
  canary: 'The canary wave proved nothing: no target of it installed, rebooted and passed.',
};

/** Whatever still waits ends `not-started`, with the reason. */
export function closeRest({ record, schedule }: Rollout, stopped: StopReason | null): void {
  for (const host of schedule.waiting) {
    const holder = schedule.heldBy(host);
    const held = `${holder ?? 'Another member'} of the same redundancy group is not proven healthy.`;
    const reason = stopped === null ? held : REST[stopped];
    endWithoutTurn(schedule, record, host, 'not-started', reason);
  }
}
