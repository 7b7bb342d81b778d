import { CancellationScope, setHandler, workflowInfo } from '@temporalio/workflow';
import { QUERIES } from '../../model/messages.ts';
import type { Plan } from '../../model/plan.ts';
import type { DryRunResult, RunResult } from '../../model/run.ts';
import { continuedState } from '../entrance.ts';
import { handoverQuery, ledgerQuery, planQuery, statusQuery } from '../messages.ts';
import type { StopReason } from '../rollout/schedule.ts';
import { label } from '../search-attributes.ts';
import type { ContinuedRun } from './continued.ts';
import { RunControl } from './control.ts';
import { runOutcome, STOP_TEXT } from './outcome.ts';
import { planRun, runDueAt } from './planning.ts';
import type { Procedure } from './procedure.ts';
import { RunRecord } from './record.ts';
import { takeStages } from './stages.ts';

/**
 * A run of any runbook: plan, wait for the window's opening, take the targets through the stages, hand over. It continues as new before a stage that has to wait.
 *
 * Invariants: nothing is touched before the plan is frozen; every planned target ends in exactly one state, also after an
 * abort or a cut-off. A cancel counts as an abort. A retry of the workflow task or of an activity repeats
 * no effect. Fails only before anything was touched: `InvalidInput`, `PlanRefused`, `PlanTooLarge`.
 */
export async function run<M, T, O>(
  procedure: Procedure<M, T, O>,
  input: unknown,
  continued: unknown,
): Promise<RunResult | DryRunResult> {
  const before = continuedState(continued) as ContinuedRun<O> | null;
  const record = new RunRecord<O>(procedure, workflowInfo().workflowId);
  const control = new RunControl(record);
  control.register();
  setHandler(statusQuery, () => record.status(), { description: QUERIES.status });
  setHandler(ledgerQuery, (request) => record.ledger.page(request), { description: QUERIES.ledger });
  setHandler(planQuery, () => record.stagePlan, { description: QUERIES.plan });
  setHandler(handoverQuery, () => record.handover, { description: QUERIES.handover });
  CancellationScope.current().cancelRequested.catch(() => control.abort('cancelled from outside'));

  return await CancellationScope.nonCancellable(async () => {
    const inHand = { procedure, input, record, control };
    if (before !== null) {
      record.takeOver(before.record);
      if (before.asked !== null) control.ask(before.asked);
      if (before.paused !== null) control.pause(before.paused);
      return close(record, await takeStages(inHand, before.stage));
    }
    label({ runbook: procedure.name, outcome: 'planning', question: 'none' });
    record.show();
    const planning = { runbook: procedure.name, input, dueAt: runDueAt(), relist: null };
    const { dryRun, plan } = await planRun(planning).catch((error: unknown) => reject(record, error));
    record.adopt(plan);
    label({ sites: plan.material.sites, change: plan.material.change });
    if (dryRun) return endDryRun(record, plan);
    if (record.phase === 'planning') record.phase = 'running';
    return close(record, await takeStages(inHand, null));
  });
}

/** The run ends before anything was touched; whoever looks at it later must not take it for one that still plans. */
function reject(record: RunRecord, error: unknown): never {
  record.phase = 'closed';
  record.outcome = 'rejected';
  record.waiting = 'Nothing was touched; the failure below says what to correct.';
  record.showNow();
  label({ outcome: 'rejected' });
  throw error;
}

function endDryRun(record: RunRecord, plan: Plan): DryRunResult {
  record.phase = 'closed';
  record.waiting =
    'This was a dry run: nothing was touched. To run it, choose "Start Workflow Like This One" and take dryRun out of the input.';
  record.showNow();
  label({ outcome: 'dry-run' });
  return {
    runbook: plan.runbook,
    runId: record.runId,
    dryRun: true,
    planHash: plan.planHash,
    targets: plan.material.targets.length,
    simulated: plan.simulated,
    plan,
  };
}

function close(record: RunRecord, stopped: StopReason | null): RunResult {
  const ledger = record.ledger.counts;
  const cutOff = record.cutOff || record.ledger.rows.some(({ outcome }) => outcome?.failure === 'WindowClosing');
  record.outcome = runOutcome(ledger, record.ledger.stageCounts, stopped, cutOff);
  record.phase = 'closed';
  record.waiting = null;
  record.showNow();
  return {
    runbook: record.procedure.name,
    runId: record.runId,
    outcome: record.outcome,
    planHash: record.plan?.planHash ?? '',
    openedAt: record.openedAt,
    closedAt: new Date().toISOString(),
    ledger,
    targets: record.ledger.rows.length,
    stages: record.ledger.stageCounts,
    simulated: record.plan?.simulated ?? [],
    stopReason: stopped === null ? null : STOP_TEXT[stopped],
    handover: record.handover,
  };
}
