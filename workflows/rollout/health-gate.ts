import { condition } from '@temporalio/workflow';
import { summaryText } from '../text-limits.ts';
import { StepFailure } from '../turn/step-failure.ts';
import { turnEnded } from './endings.ts';
import { ask } from './held-up.ts';
import type { Rollout } from './stage-in-hand.ts';
import type { StopReason } from './schedule.ts';
import { turnInput } from './turn-input.ts';

/**
 * Between two waves: a canary wave must have proven something, the soak passes, and the targets that succeeded are looked at
 * once more. A target that is no longer healthy turns `failed`, spends the budget and proves nothing for its canary wave. Returns why
 * the run stops, or null; a soak that a pause or a retry cut short begins anew the next time.
 */
export async function passHealthGate(rollout: Rollout): Promise<StopReason | null> {
  const { plan, record, control, schedule } = rollout;
  if (!schedule.isOpenWaveProven) return 'canary';
  const { soakMs } = plan.material;
  if (soakMs === 0) return null;
  const wave = schedule.openWave?.name ?? '';
  record.waiting = `Soaking after wave ${wave} until ${new Date(Date.now() + soakMs).toISOString()}.`;
  record.show();
  const interrupted = () => control.aborting !== null || control.paused !== null || !schedule.settled;
  await condition(interrupted, soakMs, { summary: summaryText(`soak after wave ${wave}`) });
  record.waiting = null;
  if (control.aborting !== null) return 'abort';
  if (interrupted()) return null;
  await lookAtWave(rollout);
  return stopAfterLook(rollout);
}

function stopAfterLook({ control, schedule }: Rollout): StopReason | null {
  if (control.aborting !== null) return 'abort';
  // Whoever pauses the run now wants time to mend what was found: the gate is asked again after the pause.
  if (control.paused !== null) return null;
  if (schedule.isBudgetSpent) return 'budget';
  // A retry that was asked for in the meantime may prove it yet.
  return schedule.settled && !schedule.isOpenWaveProven ? 'canary' : null;
}

async function lookAtWave(rollout: Rollout): Promise<void> {
  const { record, schedule, procedure } = rollout;
  await Promise.all(
    (schedule.openWave?.targets ?? []).map(async (id) => {
      const [target, entry] = [record.target(id), record.ledger.entry(id)];
      if (target === undefined || entry?.state !== 'succeeded' || entry.outcome === null) return;
      const input = turnInput(rollout, [{ target, turn: entry.turns, before: entry.outcome }]);
      const look = procedure.lookAgain?.(input, entry.outcome);
      // The gate is asked again after the pause.
      const found = (await look?.catch((error: unknown) => heldUpGate(rollout, id, error))) ?? null;
      if (found === null) return;
      turnEnded(schedule, record, {
        ...entry.outcome,
        state: 'failed',
        failure: 'UnhealthyAfterSoak',
        reason: `UnhealthyAfterSoak: ${found.text}`,
        question: `${found.text} What now?`,
        proven: false,
        groupSafe: false,
        own: found.own,
      });
    }),
  );
}

function heldUpGate({ record, control }: Rollout, id: string, error: unknown): null {
  if (!(error instanceof StepFailure) || error.heldUp === null) throw error;
  ask(record, control, id, error.heldUp);
  return null;
}
