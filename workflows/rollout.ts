import { condition } from '@temporalio/workflow';
import type { PatchPlan } from '../model/plan.ts';
import { closeRest, cutOff, keepOut, settle } from './rollout/endings.ts';
import { passGate } from './rollout/gate.ts';
import { RolloutSchedule, type StopReason } from './rollout/schedule.ts';
import type { Rollout } from './rollout/parts.ts';
import { steering } from './rollout/steering.ts';
import { Turns } from './rollout/turns.ts';
import type { RunControl } from './run/control.ts';
import type { RunRecord } from './run/run-record.ts';

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

function isClosed({ plan }: Rollout): boolean {
  return Date.now() >= Date.parse(plan.material.window.closesAt);
}
