import { CancellationScope, setHandler, workflowInfo } from '@temporalio/workflow';
import { countLedger } from '../model/ledger.ts';
import { QUERIES } from '../model/messages.ts';
import type { PatchPlan } from '../model/plan.ts';
import type { DryRunResult, RunResult } from '../model/run.ts';
import { handoverQuery, ledgerQuery, planQuery, statusQuery } from './messages.ts';
import { planRun } from './planning.ts';
import { rollOut } from './rollout.ts';
import type { StopReason } from './rollout/schedule.ts';
import { RunControl } from './run/control.ts';
import { handoverList } from '../model/handover.ts';
import { runOutcome, STOP_TEXT } from './run/outcome.ts';
import { RunRecord } from './run/run-record.ts';
import { label } from './search-attributes.ts';

/**
 * A patch window: plan, roll out over the planned targets, hand over (runbooks/patch-window/README.md is the operator's card).
 * Takes exactly one JSON object, so that it can be started from the Web UI's form.
 *
 * Invariants: nothing is touched before the plan is frozen; every planned target ends in exactly one state, also after an
 * abort, a cut-off or a cancel, which is an abort at the safe point. A retry of the workflow task or of an activity repeats
 * no effect. Fails only before anything was touched: `InvalidInput`, `PlanRefused`, `PlanTooLarge`.
 */
export async function patchWindow(input: unknown): Promise<RunResult | DryRunResult> {
  const record = new RunRecord(workflowInfo().workflowId);
  const control = new RunControl(record);
  control.register();
  setHandler(statusQuery, () => record.status(), { description: QUERIES.status });
  setHandler(ledgerQuery, (request) => record.page(request), { description: QUERIES.ledger });
  setHandler(planQuery, () => record.plan, { description: QUERIES.plan });
  setHandler(handoverQuery, () => handoverList(record.ledger), { description: QUERIES.handover });
  CancellationScope.current().cancelRequested.catch(() => control.abort('cancelled from outside'));

  return await CancellationScope.nonCancellable(async () => {
    label({ runbook: 'patch-window', outcome: 'planning', question: 'none' });
    record.show();
    const { resolved, plan } = await planRun(input).catch((error: unknown) => reject(record, error));
    record.adopt(plan);
    label({ sites: plan.material.sites, change: plan.material.change });
    if (resolved.dryRun) return dryRun(record, plan);

    if (record.phase === 'planning') record.phase = 'running';
    const stopped = await rollOut(plan, record, control);
    return close(record, plan, stopped);
  });
}

/** The run ends before anything was touched; whoever looks at it later must not take it for one that still plans. */
function reject(record: RunRecord, error: unknown): never {
  record.phase = 'closed';
  record.outcome = 'rejected';
  record.waiting = 'Nothing was touched; the failure below says what to correct.';
  record.show();
  label({ outcome: 'rejected' });
  throw error;
}

function dryRun(record: RunRecord, plan: PatchPlan): DryRunResult {
  record.phase = 'closed';
  record.waiting =
    'This was a dry run: nothing was touched. To run it, choose "Start Workflow Like This One" and take dryRun out of the input.';
  record.show();
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

function close(record: RunRecord, plan: PatchPlan, stopped: StopReason | null): RunResult {
  const ledger = countLedger(record.ledger.map(({ state }) => state));
  const cutOff = record.cutOff || record.ledger.some(({ outcome }) => outcome?.failure === 'WindowClosing');
  record.outcome = runOutcome(ledger, stopped, cutOff);
  record.phase = 'closed';
  record.waiting = null;
  record.show();
  return {
    runbook: plan.runbook,
    runId: record.runId,
    outcome: record.outcome,
    planHash: plan.planHash,
    openedAt: record.openedAt,
    closedAt: new Date().toISOString(),
    ledger,
    targets: record.ledger.length,
    simulated: plan.simulated,
    stopReason: stopped === null ? null : STOP_TEXT[stopped],
    handover: handoverList(record.ledger),
  };
}
