import { condition } from '@temporalio/workflow';
import { closeRest, cutOff, keepOut, targetBlocked, targetReleased, turnEnded } from './endings.ts';
import { targetHeldUp } from './held-up.ts';
import { passHealthGate } from './health-gate.ts';
import type { Rollout, StageInHand } from './stage-in-hand.ts';
import { RolloutSchedule, type StopReason } from './schedule.ts';
import { steering } from './steering.ts';
import { Turns } from './turns.ts';

/**
 * Takes the targets of a stage through their turns: opening of the window, waves (canary first), concurrency, due times, failure
 * budget, soak and health gate between waves, pause, resume, retry, skip, abort and cut-off. Returns why it stopped early, or null
 * when all was done. When it returns, no turn is open and every target of the stage has ended in one state.
 */
export async function rollOut(inHand: StageInHand): Promise<StopReason | null> {
  const { plan, record, control, notBefore } = inHand;
  const opening = openingOf(inHand);
  const targets = plan.material.targets.map((target) => ({
    ...target,
    dueAt: Math.max(notBefore.get(target.id) ?? opening, opening),
  }));
  const schedule = new RolloutSchedule(plan.material.waves, targets, plan.material.failureBudget);
  const turns = new Turns(inHand, {
    ended: (outcome) => turnEnded(schedule, record, outcome),
    heldUp: (outcome, heldUp, stopped) => targetHeldUp(rollout, outcome, heldUp, stopped),
    blocked: (id, blocker, stopped) => targetBlocked(rollout, id, blocker, stopped),
    released: (id, inTime) => targetReleased(rollout, id, inTime),
  });
  const rollout: Rollout = { ...inHand, schedule, turns };
  keepOut(rollout);
  control.steer(steering(rollout));
  const stopped = await advance(rollout);
  await condition(() => schedule.inWork.length === 0);
  await turns.leave();
  closeRest(rollout, stopped);
  control.steer(null);
  return stopped;
}

async function advance(rollout: Rollout): Promise<StopReason | null> {
  const { record, control, schedule, turns } = rollout;
  for (;;) {
    if (control.aborting !== null) return 'abort';
    cutOff(rollout);
    if (control.paused === null) turns.start(schedule.startable(Date.now()), (id) => schedule.started(id));
    record.wave = schedule.openWave?.name ?? null;

    const idle = schedule.inWork.length === 0;
    const waits = schedule.nextDue(Date.now()) !== null || schedule.blocked.length > 0;
    if (!idle || control.paused !== null || waits) {
      if (idle && schedule.waiting.length === 0 && isClosed(rollout)) return null;
      if (idle && control.paused === null && schedule.isBudgetSpent && !schedule.goesOn) return 'budget';
      await somethingHappens(rollout);
      continue;
    }
    if (schedule.isBudgetSpent) return 'budget';
    // Whatever could start is in work by now, and nothing is: the schedule is settled.
    if (!schedule.hasNextWave || schedule.waiting.length === 0) return null;
    const stop = await passHealthGate(rollout);
    if (stop !== null) return stop;
    if (schedule.settled && control.paused === null) schedule.openNextWave();
  }
}

/**
 * Waits for the end of a turn, of this run or of one that has a target in work, a message, the time at which a target is due, or,
 * when nothing is in work, the close of the window.
 */
async function somethingHappens(rollout: Rollout): Promise<void> {
  const { record, control, schedule, turns, window } = rollout;
  const now = Date.now();
  const [received, changes] = [control.received, turns.changes];
  const due = schedule.nextDue(now);
  const idle = schedule.inWork.length === 0;
  record.waiting = null;
  if (control.paused !== null) record.waiting = control.pausedText;
  else if (now < openingOf(rollout)) record.waiting = `The window opens at ${window?.opensAt}; nothing starts before.`;
  else if (idle && due !== null) record.waiting = `The next target is due at ${new Date(due).toISOString()}.`;
  else if (idle) record.waiting = blockedText(schedule);
  record.show();
  const changed = () => control.received !== received || turns.changes !== changes || control.aborting !== null;
  const end = idle && window !== null ? Date.parse(window.closesAt) : Infinity;
  const closes = end > now ? end : Infinity;
  const next = Math.min(due ?? Infinity, closes);
  const first = now < openingOf(rollout) ? 'until the window opens' : 'until the next target is due';
  const summary = next === closes ? 'until the window closes' : first;
  if (next === Infinity) await condition(changed);
  else await condition(changed, next - now, { summary });
  record.waiting = null;
}

/** Null where nothing waits for another run. */
function blockedText(schedule: RolloutSchedule): string | null {
  const [first, ...others] = schedule.blocked;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : `, and ${others.length} more wait likewise`;
  return `${first} waits for another run: ${schedule.blockedBy(first)?.text}${more}. Skip it to go on without it.`;
}

function isClosed({ window }: Rollout): boolean {
  return window !== null && Date.now() >= Date.parse(window.closesAt);
}

/** No turn begins before it; epoch milliseconds. */
function openingOf({ window }: StageInHand): number {
  return window?.opensAt == null ? -Infinity : Date.parse(window.opensAt);
}
