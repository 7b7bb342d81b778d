import { WorkflowNotFoundError } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { handoverList } from '../../model/handover.ts';
import { countLedger } from '../../model/ledger.ts';
import type { Plan } from '../../model/plan.ts';
import type { HandoverItem, LedgerEntry, RunStatus } from '../../model/run.ts';
import type { Outcome } from '../../model/turn.ts';
import type { Session } from '../connect.ts';
import type { FoundRun } from '../run-reference.ts';
import { viewOf } from '../runbooks.ts';
import { decoderOf, type Decoder } from './decode.ts';
import { childrenOf, startOf, type Execution } from './executions.ts';
import { rowsFromHistory, type Turns } from './rows.ts';
import { readTimeline } from './timeline.ts';

/** What a history tells of a run that was terminated, timed out or cancelled, and returned nothing. */
export interface ClosedRun {
  status: RunStatus;
  entries: LedgerEntry[];
  handover: HandoverItem[];
}

/** Reads such a run from its own history and from the turns that it began. Needs no worker. */
export async function readClosedRun({ session, run, runbooks }: FoundRun): Promise<ClosedRun> {
  const decode = decoderOf(session.client);
  const history = await session.client.workflow.getHandle(run.workflowId, run.executionRunId).fetchHistory();
  const handedOn = await handedOnIn(history, decode);
  const plan = handedOn?.plan ?? (await planIn(history, decode));
  const entries = rowsFromHistory(plan, await turnsOf(session, history, plan, handedOn?.outcomes ?? []));
  const end = (await readTimeline(run.workflowId, history, decode)).at(-1);
  const ofType = runbooks.find(({ workflowType }) => workflowType === run.workflowType);
  const runbook = plan?.runbook ?? ofType?.name ?? run.workflowType;
  const view = viewOf(runbooks, runbook);
  return {
    entries,
    handover: handoverList(entries, (outcome) => view.handover(outcome)),
    status: {
      runbook,
      runId: run.workflowId,
      change: run.change ?? '',
      phase: 'closed',
      outcome: null,
      planHash: plan?.planHash ?? null,
      openedAt: handedOn?.openedAt ?? run.startedAt,
      opensAt: plan?.material.window.opensAt ?? null,
      closesAt: plan?.material.window.closesAt ?? null,
      ledger: countLedger(entries.map(({ state }) => state)),
      targets: entries.length,
      stages: [],
      inWork: [],
      wave: null,
      waiting: null,
      notes: end === undefined ? [] : [{ at: end.at, text: `${end.what} (by ${end.who ?? 'Fettle'}, a claim)` }],
      notesLeftOut: 0,
      questions: entries.flatMap(({ id, question }) => (question === null ? [] : [{ target: id, question }])),
      simulated: plan?.simulated ?? [],
    },
  };
}

/** What an earlier execution handed on: a part of `ContinuedRun` in workflows/run/continued.ts. */
interface HandedOn {
  plan: Plan;
  /** When the first execution began. */
  openedAt: string;
  outcomes: Outcome[];
}

async function handedOnIn(history: History, decode: Decoder): Promise<HandedOn | null> {
  const start = startOf(history);
  if (!start?.continuedExecutionRunId) return null;
  const continued = (await decode.value(start.input, 1)) as { record?: HandedOn } | undefined;
  return continued?.record ?? null;
}

/** The frozen plan, as the planning activity returned it. */
async function planIn({ events }: History, decode: Decoder): Promise<Plan | null> {
  const planning = events?.find((one) => one.activityTaskScheduledEventAttributes?.activityType?.name === 'freezePlan');
  const done = events
    ?.map((event) => event.activityTaskCompletedEventAttributes)
    .find((completed) => completed != null && String(completed.scheduledEventId) === String(planning?.eventId));
  return ((await decode.value(done?.result)) as Plan | undefined) ?? null;
}

/** Begin of the workflow id of a turn that only looks; after it stands the lock that the turn does not take. */
const LOOK = /^look\/[^/]+\/[^/]+\//;

/** The turns of this execution, after those of earlier ones. */
async function turnsOf(session: Session, history: History, plan: Plan | null, before: Outcome[]): Promise<Turns> {
  const turns: Turns = new Map(plan?.material.targets.map(({ lock }) => [lock, [before]]));
  for (const child of childrenOf(history)) {
    const lock = child.workflowId.replace(LOOK, '');
    turns.set(lock, [...(turns.get(lock) ?? []), await outcomesOf(session, child)]);
  }
  return turns;
}

/** How the turn ended; null when it has not, was ended from outside, or is past its retention. */
async function outcomesOf(session: Session, { workflowId, executionRunId }: Execution): Promise<Outcome[] | null> {
  const handle = session.client.workflow.getHandle(workflowId, executionRunId);
  try {
    const { status } = await handle.describe();
    return status.name === 'COMPLETED' ? ((await handle.result()) as Outcome[]) : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
