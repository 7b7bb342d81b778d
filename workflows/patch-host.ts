import { CancellationScope, isCancellation, setHandler } from '@temporalio/workflow';
import { QUERIES } from '../model/messages.ts';
import type { UpdateOutcome } from '../model/plan.ts';
import type { Baseline, TurnInput, TurnOutcome } from '../model/turn.ts';
import { Compensations } from './compensation.ts';
import { withGroupHeld } from './group-hold.ts';
import { stepNotesSignal, stopTurnSignal, turnQuery } from './messages.ts';
import { label } from './search-attributes.ts';
import { endTurn } from './turn/ending.ts';
import { installRounds } from './turn/install-rounds.ts';
import { enterMaintenance, leaveMaintenance } from './turn/maintenance.ts';
import { lookForOldSnapshots, removeExpired } from './turn/old-snapshots.ts';
import { reboot } from './turn/reboot.ts';
import { safePoint } from './turn/safe-point.ts';
import { snapshotAfter, snapshotBefore } from './turn/snapshots.ts';
import { StepFailure } from './turn/step-failure.ts';
import { request, summary, turnTools, type TurnTools } from './turn/steps.ts';
import { TurnRecord } from './turn/turn-record.ts';
import { verify } from './turn/verify.ts';

/**
 * One target's turn in a patch window (domain.md, Patch window). Its workflow id `target/host/<fqdn>` keeps every other run
 * away from the host. It never fails: whatever happens becomes its outcome, and the run's ledger keeps that.
 *
 * Invariants: it stops only at safe points, never inside an install or a reboot, also when it is cancelled; a machine is
 * never reverted; every write step looks at the world before it acts, so a retried activity changes nothing twice.
 */
export async function patchHost(input: TurnInput): Promise<TurnOutcome> {
  const record = new TurnRecord(input);
  setHandler(turnQuery, () => record.view(), { description: QUERIES.turn });
  setHandler(stopTurnSignal, (payload) => stop(record, payload), {
    description: 'Sent by the run: stop at the next safe point.',
  });
  setHandler(stepNotesSignal, (payload) => record.keepNotes(payload), {
    description: 'Sent by the worker: what scripts said beside their results.',
  });
  CancellationScope.current().cancelRequested.catch(() => stop(record, { reason: 'the turn was cancelled' }));

  return await CancellationScope.nonCancellable(async () => {
    const outcome = await takeTurn(turnTools(record));
    label({ outcome: outcome.state, question: outcome.question ?? 'none' });
    record.show();
    return outcome;
  });
}

async function takeTurn(tools: TurnTools): Promise<TurnOutcome> {
  const { target } = tools.record.input;
  const compensations = new Compensations();
  try {
    await withGroupHeld(target.redundancyGroup, target.host, () => procedure(tools, compensations));
    return tools.record.outcome('succeeded', summaryOf(tools.record), null);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return await endTurn(tools, compensations, error);
  }
}

/** The procedure, as the operator's card tells it. */
async function procedure(tools: TurnTools, compensations: Compensations): Promise<void> {
  const { record, site } = tools;
  const baseline = await record.step(
    'preflight',
    1,
    () => site.preflight.executeWithOptions(summary(record, 'preflight'), [request(record, 1)]),
    ({ toInstall, warnings }) => [`${toInstall.length} updates to install`, ...warnings].join('; '),
  );
  record.updates = baseline.updates;
  record.simulated = baseline.simulated;
  record.pendingReboot = baseline.pendingReboot.length > 0;
  const ranBefore = record.changed ? record.ranBefore : [];
  record.ranBefore = [...new Set([...ranBefore, ...baseline.runningServices])];

  const old = await lookForOldSnapshots(tools);
  const mustReboot = record.input.settings.reboot === 'always' && !record.rebooted;
  const changes = baseline.toInstall.length > 0 || record.pendingReboot || mustReboot;
  if (changes || old.expired.length > 0) {
    safePoint(record);
    await enterMaintenance(tools, compensations);
    safePoint(record);
    await removeExpired(tools, old);
    if (changes) await change(tools, baseline);
  }
  await verify(tools);
  await snapshotAfter(tools);
  await leaveMaintenance(tools);
  judgeUpdates(record);
}

async function change(tools: TurnTools, baseline: Baseline): Promise<void> {
  const { record } = tools;
  safePoint(record);
  await snapshotBefore(tools);
  if (record.pendingReboot) baseline.bootTime = await reboot(tools, 0, baseline.bootTime);
  await installRounds(tools, baseline);
}

const GOOD: readonly UpdateOutcome[] = ['installed', 'already-installed', 'superseded', 'not-applicable'];

/** Success is per (target, update); approved but not offered is never success (domain.md). */
function judgeUpdates(record: TurnRecord): void {
  const missing = record.updates.filter((update) => !GOOD.includes(update.outcome));
  if (missing.length === 0) return;
  const named = missing.map((update) => `${update.kb || update.id} ${update.outcome}`).join(', ');
  throw new StepFailure(
    missing.some((update) => update.outcome === 'not-offered') ? 'UpdateNotOffered' : 'UpdateFailed',
    `Approved and not installed: ${named}.`,
  );
}

function summaryOf(record: TurnRecord): string {
  return record.installed === 0
    ? 'Nothing was left to install; the host is healthy.'
    : `${record.installed} ${record.installed === 1 ? 'update' : 'updates'} installed${record.rebooted ? ', rebooted' : ''}, healthy.`;
}

/** A reason comes from a message, so it may be of any length. */
const MAX_REASON = 600;

function stop(record: TurnRecord, payload: unknown): void {
  const reason =
    typeof payload === 'object' && payload !== null && 'reason' in payload && typeof payload.reason === 'string'
      ? payload.reason.slice(0, MAX_REASON)
      : 'the run asked for it';
  record.stopping ??= reason;
  record.show();
}
