import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { handoverList } from '../../model/handover.ts';
import { hostTurnId } from '../../model/ids.ts';
import { countLedger } from '../../model/ledger.ts';
import type { PatchPlan } from '../../model/plan.ts';
import type { HandoverItem, LedgerEntry, RunStatus } from '../../model/run.ts';
import type { TurnOutcome } from '../../model/turn.ts';
import type { Session } from '../connect.ts';
import type { RunCandidate } from '../run-reference.ts';
import { decoderOf } from './decode.ts';
import type { Decoder } from './decode.ts';
import { rowsFromHistory } from './rows.ts';
import { childrenOf, readTimeline } from './timeline.ts';

/** What a history tells of a run that was terminated, timed out or cancelled, and returned nothing. */
export interface ClosedRun {
  status: RunStatus;
  entries: LedgerEntry[];
  handover: HandoverItem[];
}

/** Reads such a run from its own history and from the turns that it began. Needs no worker. */
export async function readClosedRun(session: Session, run: RunCandidate): Promise<ClosedRun> {
  const decode = decoderOf(session.client);
  const history = await session.client.workflow.getHandle(run.workflowId, run.executionRunId).fetchHistory();
  const plan = await planIn(history, decode);
  const turns = new Map<string, TurnOutcome | null>();
  for (const { workflowId, executionRunId } of childrenOf(history)) {
    turns.set(workflowId, await outcomeOf(session, workflowId, executionRunId));
  }
  const entries = rowsFromHistory(plan, (host) => turns.get(hostTurnId(host)));
  const end = (await readTimeline(run.workflowId, history, decode)).at(-1);
  return {
    entries,
    handover: handoverList(entries),
    status: {
      runbook: plan?.runbook ?? 'patch-window',
      runId: run.workflowId,
      change: run.change ?? '',
      phase: 'closed',
      outcome: null,
      planHash: plan?.planHash ?? null,
      openedAt: run.startedAt,
      closesAt: plan?.material.window.closesAt ?? null,
      ledger: countLedger(entries.map(({ state }) => state)),
      targets: entries.length,
      inWork: [],
      wave: null,
      waiting: null,
      notes: end === undefined ? [] : [{ at: end.at, text: `${end.what} (by ${end.who ?? 'Fettle'}, a claim)` }],
      questions: entries.flatMap(({ host, question }) => (question === null ? [] : [{ host, question }])),
      simulated: plan?.simulated ?? [],
    },
  };
}

/** The frozen plan, as the planning activity returned it. */
async function planIn(history: History, decode: Decoder): Promise<PatchPlan | null> {
  const planning = (history.events ?? []).find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'freezePlan',
  );
  const done = (history.events ?? []).find(
    ({ activityTaskCompletedEventAttributes: completed }) =>
      completed != null && planning != null && String(completed.scheduledEventId) === String(planning.eventId),
  );
  const plan = await decode.first(done?.activityTaskCompletedEventAttributes?.result);
  return plan === undefined ? null : (plan as PatchPlan);
}

/** How the turn ended; null when it has not, was ended from outside, or is past its retention. */
async function outcomeOf(session: Session, workflowId: string, executionRunId: string): Promise<TurnOutcome | null> {
  const handle = session.client.workflow.getHandle(workflowId, executionRunId);
  try {
    const { status } = await handle.describe();
    return status.name === 'COMPLETED' ? ((await handle.result()) as TurnOutcome) : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError && !isGrpcServiceError(error)) return null;
    throw error;
  }
}
