import { condition } from '@temporalio/workflow';
import { failureRule } from '../model/failures.ts';
import type { GuardVerdict, PatchPlan } from '../model/plan.ts';
import type { TurnOutcome } from '../model/turn.ts';
import { passGate } from './rollout/gate.ts';
import { RolloutSchedule, type StopReason } from './rollout/schedule.ts';
import { steering } from './rollout/steering.ts';
import { Turns } from './rollout/turns.ts';
import type { RunControl } from './run/control.ts';
import type { RunRecord } from './run/run-record.ts';

/** What every part of a rollout works on. A partition of a large run has one of its own and runs the same code. */
export interface Rollout {
  plan: PatchPlan;
  record: RunRecord;
  control: RunControl;
  schedule: RolloutSchedule;
  turns: Turns;
}

/**
 * Takes the targets of a plan through their turns: waves (canary first), concurrency, failure budget, soak and health gate
 * between waves, pause, resume, retry, skip, abort and cut-off. Returns why it stopped early, or null when the plan was done.
 * When it returns, no turn is open and every target has ended in one state.
 */
export async function rollOut(plan: PatchPlan, record: RunRecord, control: RunControl): Promise<StopReason | null> {
  const { waves, targets, failureBudget } = plan.material;
  const schedule = new RolloutSchedule(waves, targets, failureBudget);
  const turns = new Turns(plan, record, (host, outcome) => settle(schedule, record, host, outcome));
  const rollout: Rollout = { plan, record, control, schedule, turns };
  keepOut(rollout);
  control.steer(steering(rollout));

  const stopped = await advance(rollout);
  await condition(() => schedule.inWork.length === 0);
  closeRest(rollout, stopped);
  return stopped;
}

async function advance(rollout: Rollout): Promise<StopReason | null> {
  const { record, control, schedule, turns } = rollout;
  for (;;) {
    if (control.aborting !== null) return 'abort';
    cutOff(rollout);
    if (control.paused === null)
      for (const host of schedule.startable()) turns.start(host, () => schedule.started(host));
    record.wave = schedule.openWave?.name ?? null;

    if (schedule.inWork.length > 0 || control.paused !== null) {
      if (schedule.inWork.length === 0 && schedule.waiting.length === 0 && isClosed(rollout)) return null;
      await somethingHappens(rollout);
      continue;
    }
    if (schedule.isBudgetSpent) return 'budget';
    if (!schedule.settled) continue;
    if (!schedule.hasNextWave || schedule.waiting.length === 0) return null;
    const stop = await passGate(rollout);
    if (stop !== null) return stop;
    if (schedule.settled && control.paused === null) schedule.openNextWave();
  }
}

/** Waits for the end of a turn, a message, or the moment at which the window closes on a paused run. */
async function somethingHappens({ record, control, schedule, turns, plan }: Rollout): Promise<void> {
  const [received, ended] = [control.received, turns.ended];
  record.waiting =
    control.paused === null ? null : `Paused: ${control.paused}. Nothing new starts; resume or abort it.`;
  record.show();
  const changed = () => control.received !== received || turns.ended !== ended || control.aborting !== null;
  const untilClosed = Date.parse(plan.material.window.closesAt) - Date.now();
  if (schedule.inWork.length === 0 && untilClosed > 0)
    await condition(changed, untilClosed, { summary: 'until the window closes' });
  else await condition(changed);
  record.waiting = null;
}

/** Targets that a guard kept out at planning end at once, with its reason. */
function keepOut({ plan, record, schedule }: Rollout): void {
  for (const verdict of plan.guards) {
    if (verdict.host === null || verdict.verdict === 'note' || record.entry(verdict.host)?.progress !== 'waiting')
      continue;
    const { state } = failureRule(verdict.failure);
    schedule.ended(verdict.host, { state, proven: false, groupSafe: isGroupSafe(verdict) });
    if (verdict.failure === 'WindowClosing') record.cutOff = true;
    record.end(verdict.host, state, `${verdict.failure ?? verdict.guard}: ${verdict.reason}`, null);
  }
}

function isGroupSafe({ failure }: GuardVerdict): boolean {
  return failure !== 'HostUnreachable' && failure !== 'GroupUnhealthy' && failure !== 'AvailabilityGroupUnhealthy';
}

/** No target starts whose expected duration does not fit before the window closes. */
function cutOff({ plan, record, schedule }: Rollout): void {
  const { closesAt } = plan.material.window;
  for (const host of schedule.noLongerFitting(Date.now(), Date.parse(closesAt))) {
    schedule.ended(host, { state: 'not-started', proven: false, groupSafe: true });
    record.cutOff = true;
    record.end(host, 'not-started', `WindowClosing: its turn does not fit before ${closesAt}.`, null);
  }
}

function isClosed({ plan }: Rollout): boolean {
  return Date.now() >= Date.parse(plan.material.window.closesAt);
}

function settle(schedule: RolloutSchedule, record: RunRecord, host: string, outcome: TurnOutcome): void {
  const { state, installed, rebooted, groupSafe, reason } = outcome;
  schedule.ended(host, { state, proven: installed > 0 && rebooted, groupSafe });
  record.end(host, state, reason, outcome);
}

const REST: Record<StopReason, string> = {
  abort: 'The run was aborted before its turn.',
  budget: 'The failure budget was spent before its turn.',
  canary: 'The canary wave proved nothing: no target of it installed, rebooted and passed.',
};

/** Whatever still waits ends `not-started`, with the reason. */
function closeRest({ record, schedule }: Rollout, stopped: StopReason | null): void {
  for (const host of schedule.waiting) {
    const holder = schedule.heldBy(host);
    const held = `${holder ?? 'Another member'} of the same redundancy group is not proven healthy.`;
    const reason = stopped === null ? held : REST[stopped];
    schedule.ended(host, { state: 'not-started', proven: false, groupSafe: true });
    record.end(host, 'not-started', reason, null);
  }
}
