import type { Client } from '@temporalio/client';
import type { Plan } from '../../model/plan.ts';
import type { RunResult } from '../../model/run.ts';
import type { Outcome, TurnInput } from '../../model/turn.ts';

type Events = NonNullable<Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']>;
type Event = Events[number];

/** A turn that a run started or followed, by what its own history says. Times in milliseconds of the epoch. */
export interface TurnEvidence {
  workflowId: string;
  targets: string[];
  from: number;
  /** Infinity while it is open. */
  to: number;
}

/** How a target's turn ended, as the run was told. Null: nobody told, the turn was lost. */
export interface ToldOutcome {
  target: string;
  outcome: Outcome | null;
}

/** What the histories of a run and its turns say. */
export interface RunEvidence {
  runId: string;
  /** First execution run id: what every key of its effects begins with. */
  runKey: string;
  /** How the last execution ended, by the name of its event; null while it is open. */
  end: 'completed' | 'failed' | 'terminated' | 'other' | null;
  result: RunResult | null;
  /** The plan of the first stage. */
  plan: Plan | null;
  /** In their order. */
  told: ToldOutcome[];
  turns: TurnEvidence[];
}

/** Reads the histories of a run and its turns from the server: nothing that the run itself would answer. */
export async function readRun(client: Client, runId: string): Promise<RunEvidence> {
  const chain = await executionsOf(client, runId);
  const events = chain.flat();
  const started = chain[0]?.[0]?.workflowExecutionStartedEventAttributes;
  const last = events.at(-1);
  const plans = resultsOf(events, 'freezePlan') as Plan[];
  const evidence: RunEvidence = {
    runId,
    runKey: started?.firstExecutionRunId ?? '',
    end: endOf(last),
    result: (valueOf(last?.workflowExecutionCompletedEventAttributes?.result) as RunResult | undefined) ?? null,
    plan: plans[0] ?? null,
    told: chain.flatMap(toldIn),
    turns: [],
  };
  for (const [workflowId, { targets, runIds }] of turnsIn(events)) {
    // A reset of the turn made an execution of which the run's history knows nothing.
    const latest = await client.workflow.getHandle(workflowId).describe();
    for (const turnRunId of runIds.add(latest.runId)) {
      const times = await timesOf(client, { workflowId, turnRunId, runId });
      if (times !== null) evidence.turns.push({ workflowId, targets, ...times });
    }
  }
  return evidence;
}

/** The histories of a run from its first execution on; of executions that a reset ended only what the reset kept. */
async function executionsOf(client: Client, workflowId: string): Promise<Events[]> {
  const chain: Events[] = [];
  for (let runId: string | undefined; ;) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    chain.unshift(events ?? []);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
    if (runId === undefined || runId === '') return chain;
  }
}

function endOf(last: Event | undefined): RunEvidence['end'] {
  if (last?.workflowExecutionCompletedEventAttributes != null) return 'completed';
  if (last?.workflowExecutionTerminatedEventAttributes != null) return 'terminated';
  if (last?.workflowExecutionFailedEventAttributes != null) return 'failed';
  return (last?.workflowExecutionTimedOutEventAttributes ?? last?.workflowExecutionCanceledEventAttributes)
    ? 'other'
    : null;
}

type Payloads = { payloads?: { data?: Uint8Array | null }[] | null } | null | undefined;

/** The first of the values; they are JSON. */
function valueOf(payloads: Payloads): unknown {
  const data = payloads?.payloads?.[0]?.data;
  return data == null || data.length === 0 ? undefined : JSON.parse(Buffer.from(data).toString('utf8'));
}

/** What activities of this name answered, in the order in which they did. */
function resultsOf(events: Events, name: string): unknown[] {
  const asked = new Set(
    events
      .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === name)
      .map(({ eventId }) => String(eventId)),
  );
  return events.flatMap(({ activityTaskCompletedEventAttributes: done }) =>
    done != null && asked.has(String(done.scheduledEventId)) ? [valueOf(done.result)] : [],
  );
}

/** Outcomes in one execution's history: of turns that it started, and of those from before a reset. */
function toldIn(events: Events): ToldOutcome[] {
  const targets = new Map<string, string[]>();
  const followed = new Map<string, string>();
  return events.flatMap((event): ToldOutcome[] => {
    const begun = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (begun != null) targets.set(begun.workflowId ?? '', targetsOf(begun.input));
    const asked = event.activityTaskScheduledEventAttributes;
    if (['followTurn', 'endedTurn'].includes(asked?.activityType?.name ?? ''))
      followed.set(String(event.eventId), (valueOf(asked?.input) as { workflowId: string }).workflowId);
    const answered = event.activityTaskCompletedEventAttributes;
    const turn = followed.get(String(answered?.scheduledEventId));
    if (answered != null && turn !== undefined) return toldLater(targets.get(turn), valueOf(answered.result));
    const ended = event.childWorkflowExecutionCompletedEventAttributes;
    if (ended != null) return told(targets.get(ended.workflowExecution?.workflowId ?? ''), valueOf(ended.result));
    const lost =
      event.childWorkflowExecutionTerminatedEventAttributes ??
      event.childWorkflowExecutionFailedEventAttributes ??
      event.childWorkflowExecutionCanceledEventAttributes ??
      event.childWorkflowExecutionTimedOutEventAttributes;
    return lost == null ? [] : told(targets.get(lost.workflowExecution?.workflowId ?? ''), undefined);
  });
}

/** What became of a turn from before a reset: while it was followed, or, without any fields around it, as it had ended already. */
function toldLater(targets: string[] | undefined, answer: unknown): ToldOutcome[] {
  if (answer === 'open' || answer === 'another') return [];
  return told(targets, Array.isArray(answer) ? answer : (answer as { outcomes?: Outcome[] }).outcomes);
}

function told(targets: string[] = [], outcomes: unknown): ToldOutcome[] {
  const all = (outcomes ?? []) as Outcome[];
  // A turn that waits, or is asked about, before it has changed anything tells nothing: another one comes, or none.
  const waiting = all.filter(({ heldUp, changed }) => heldUp !== undefined && !changed).map(({ id }) => id);
  const ended = targets.filter((target) => !waiting.includes(target));
  return ended.map((target) => ({ target, outcome: all.find(({ id }) => id === target) ?? null }));
}

/** Locks, which are children too, are started with no such input. */
function targetsOf(input: Payloads): string[] {
  return ((valueOf(input) as TurnInput | undefined)?.targets ?? []).map(({ target }) => target.id);
}

/** The turns that a run started or followed: their targets, and the executions that it knows. */
function turnsIn(events: Events): Map<string, { targets: string[]; runIds: Set<string> }> {
  const turns = new Map<string, { targets: string[]; runIds: Set<string> }>();
  for (const event of events) {
    const begun = event.startChildWorkflowExecutionInitiatedEventAttributes;
    const targets = targetsOf(begun?.input);
    if (begun != null && targets.length > 0) {
      const known = turns.get(begun.workflowId ?? '');
      turns.set(begun.workflowId ?? '', { targets, runIds: known?.runIds ?? new Set() });
    }
    const started = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
    if (started?.runId) turns.get(started.workflowId ?? '')?.runIds.add(started.runId);
  }
  return turns;
}

/** When an execution of a turn began and ended. Null where it is none of this run's. */
async function timesOf(
  client: Client,
  { workflowId, turnRunId, runId }: { workflowId: string; turnRunId: string; runId: string },
): Promise<Pick<TurnEvidence, 'from' | 'to'> | null> {
  const { events } = await client.workflow.getHandle(workflowId, turnRunId).fetchHistory();
  const [first, last] = [events?.[0], events?.at(-1)];
  const parent = first?.workflowExecutionStartedEventAttributes?.parentWorkflowExecution?.workflowId;
  if (parent !== runId) return null;
  return { from: msOf(first), to: endOf(last) === null ? Infinity : msOf(last) };
}

function msOf(event: Event | undefined): number {
  const { seconds = 0, nanos = 0 } = event?.eventTime ?? {};
  return Number(seconds) * 1_000 + Math.floor(Number(nanos) / 1e6);
}
