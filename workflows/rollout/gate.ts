import { condition } from '@temporalio/workflow';
import type { VerifyReport } from '../../model/turn.ts';
import { siteSteps } from '../activity-proxies.ts';
import type { Rollout } from './parts.ts';
import type { StopReason } from './schedule.ts';
import { runRef, settingsOf } from './turn-input.ts';
import { summaryText } from '../text-limits.ts';
import { asStepFailure } from '../turn/step-failure.ts';

/**
 * Between two waves: a canary wave must have proven something, the soak passes, and the targets that succeeded are looked at
 * once more. A target that is no longer healthy turns `failed`, spends the budget and proves nothing for its canary wave. Returns why
 * the run stops, or null; a soak that a pause or a retry cut short begins anew the next time.
 */
export async function passGate(rollout: Rollout): Promise<StopReason | null> {
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
  await lookAgain(rollout);
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

async function lookAgain({ plan, record, schedule }: Rollout): Promise<void> {
  const hosts = schedule.openWave?.hosts.filter((host) => record.entry(host)?.state === 'succeeded') ?? [];
  const run = runRef(plan);
  await Promise.all(
    hosts.map(async (host) => {
      const target = record.target(host);
      const entry = record.entry(host);
      if (target === undefined || !entry?.outcome) return;
      const site = siteSteps(target.site, plan.material.limits);
      const { startedAt: turnStartedAt } = entry.outcome;
      const settings = settingsOf(plan);
      const request = { run, target, turn: entry.turns, round: 1, turnStartedAt, settings, runningServices: [] };
      const found = await site.verifyHost
        .executeWithOptions({ summary: `${host.split('.')[0]}: healthy after the soak?` }, [request])
        .then(findings, (error: unknown) => ({ text: asStepFailure(error).message, servicesDown: [] }));
      if (found.text === '') return;
      const reason = `UnhealthyAfterSoak: ${found.text}`;
      schedule.ended(host, { state: 'failed', proven: false, groupSafe: false });
      record.end(host, {
        ...entry.outcome,
        state: 'failed',
        failure: 'UnhealthyAfterSoak',
        reason,
        question: `${found.text} What now?`,
        servicesDown: found.servicesDown,
        groupSafe: false,
      });
    }),
  );
}

function findings({ servicesDown, probesFailed, group }: VerifyReport): { text: string; servicesDown: string[] } {
  const text = [
    ...servicesDown.map(({ name }) => `service ${name} is down.`),
    ...probesFailed.map(({ probe, detail }) => `${probe}: ${detail}.`),
    ...(group !== null && !group.healthy ? [group.detail] : []),
  ].join(' ');
  return { text, servicesDown: servicesDown.map(({ name }) => name) };
}
