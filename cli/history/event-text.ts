import type { History } from '@temporalio/common/lib/proto-utils.js';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import { duration } from '../../model/duration.ts';
import { plainWords, quoted } from '../../model/messages.ts';
import type { Outcome } from '../../model/turn.ts';
import type { Decoder } from './decode.ts';

export type HistoryEvent = NonNullable<History['events']>[number];
type Find = (eventId: unknown) => HistoryEvent | undefined;
/** `who` is what the sender called itself, `UNATTRIBUTED` where a sender gave no name, null for what Fettle did by itself. */
type Told = { who: string | null; what: string } | null;
type Teller = (event: HistoryEvent, find: Find, decode: Decoder) => Promise<Told> | Told;

/** Of a message without a sender's name, as the Web UI sends them. */
export const UNATTRIBUTED = 'unattributed';

function sender(identity: string | null | undefined): string {
  return identity ? plainWords(identity) : UNATTRIBUTED;
}

/** What the timeline says of an event; null for the machinery in between, such as workflow tasks that went well. */
export async function describeEvent(event: HistoryEvent, find: Find, decode: Decoder): Promise<Told> {
  for (const teller of TELLERS) {
    const told = await teller(event, find, decode);
    if (told !== null) return told;
  }
  return null;
}

const begin: Teller = ({ workflowExecutionStartedEventAttributes: started }) => {
  if (started == null) return null;
  const asChild = started.parentWorkflowExecution != null;
  if (asChild) return { who: null, what: 'turn began' };
  const again = started.continuedExecutionRunId ? 'went on in a new execution' : 'run was started';
  return { who: sender(started.identity), what: again };
};

const message: Teller = async (event, find, decode) => {
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal != null) {
    const text = controlText(await decode.value(signal.input));
    return { who: sender(signal.identity), what: `signal ${plainWords(signal.signalName ?? '')}${text}` };
  }
  const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
  if (accepted != null) {
    const { input, meta } = accepted.acceptedRequest ?? {};
    const text = controlText(await decode.value(input?.args));
    return { who: sender(meta?.identity), what: `update ${input?.name ?? ''}${text}` };
  }
  const completed = event.workflowExecutionUpdateCompletedEventAttributes;
  if (completed == null) return null;
  const name = find(completed.acceptedEventId)?.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input
    ?.name;
  const answer = await decode.value(completed.outcome?.success);
  const failed = completed.outcome?.failure?.message;
  return { who: null, what: answerLine(name ?? 'an update', failed ?? answerText(answer)) };
};

const activity: Teller = async (event, find, decode) => {
  const completed = event.activityTaskCompletedEventAttributes;
  const failed = event.activityTaskFailedEventAttributes;
  const timedOut = event.activityTaskTimedOutEventAttributes;
  const ended = completed ?? failed ?? timedOut;
  if (ended == null) return null;
  const scheduled = find(ended.scheduledEventId);
  const started = find(ended.startedEventId)?.activityTaskStartedEventAttributes;
  const name = await nameOf(scheduled, decode);
  const who = completed?.identity ?? failed?.identity ?? started?.identity ?? null;
  const took = duration((optionalTsToMs(event.eventTime) ?? 0) - (optionalTsToMs(scheduled?.eventTime) ?? 0));
  const attempts = (started?.attempt ?? 1) > 1 ? `, attempt ${started?.attempt}` : '';
  if (completed != null) return { who, what: `${name}: done in ${took}${attempts}` };
  const failure = failed?.failure ?? timedOut?.failure;
  const type = failure?.applicationFailureInfo?.type ?? (timedOut == null ? '' : 'time-out');
  return {
    who,
    what: `${name}: failed after ${took}${attempts}: ${[type, failure?.message].filter(Boolean).join(': ')}`,
  };
};

/** A child's begin and end stand in its own history; only an end that it could not write itself is told here. */
const child: Teller = (event) => {
  const lost =
    event.childWorkflowExecutionFailedEventAttributes ??
    event.childWorkflowExecutionTerminatedEventAttributes ??
    event.childWorkflowExecutionCanceledEventAttributes ??
    event.childWorkflowExecutionTimedOutEventAttributes;
  return lost == null ? null : { who: null, what: `${lost.workflowExecution?.workflowId} ended without an outcome` };
};

const timer: Teller = async (event, find, decode) => {
  const fired = event.timerFiredEventAttributes;
  if (fired == null) return null;
  const summary = await decode.text(find(fired.startedEventId)?.userMetadata?.summary);
  return summary === '' ? null : { who: null, what: `wait is over: ${summary}` };
};

const end: Teller = async (event, _find, decode) => {
  const cancel = event.workflowExecutionCancelRequestedEventAttributes;
  if (cancel != null)
    return {
      who: sender(cancel.identity),
      what: `cancel was asked for${cancel.cause ? `: ${plainWords(cancel.cause)}` : ''}`,
    };
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated != null) {
    return {
      who: sender(terminated.identity),
      what: `terminated from outside${terminated.reason ? `: ${plainWords(terminated.reason)}` : ''}`,
    };
  }
  const stuck = event.workflowTaskFailedEventAttributes;
  if (stuck != null)
    return { who: stuck.identity ?? null, what: `workflow code failed: ${stuck.failure?.message ?? 'no message'}` };
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed != null) {
    const type = failed.failure?.applicationFailureInfo?.type ?? '';
    return { who: null, what: `ended as failed: ${[type, failed.failure?.message].filter(Boolean).join(': ')}` };
  }
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed != null) return { who: null, what: `ended${endText(await decode.value(completed.result))}` };
  if (event.workflowExecutionCanceledEventAttributes != null) return { who: null, what: 'ended as cancelled' };
  if (event.workflowExecutionTimedOutEventAttributes != null)
    return { who: null, what: 'ended: its time limit was over' };
  return null;
};

const TELLERS: readonly Teller[] = [begin, message, activity, child, timer, end];

async function nameOf(scheduled: HistoryEvent | undefined, decode: Decoder): Promise<string> {
  const summary = await decode.text(scheduled?.userMetadata?.summary);
  const type = scheduled?.activityTaskScheduledEventAttributes?.activityType?.name ?? 'activity';
  return summary === '' ? type : summary;
}

/** `app01.corp.example: Disk was freed (says Kim Example)`; empty for a payload that says nothing of the kind. */
function controlText(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return '';
  const { target, reason, by } = payload as Record<string, unknown>;
  const parts = [typeof target === 'string' ? ` ${target}` : '', typeof reason === 'string' ? `: ${reason}` : ''];
  if (typeof by === 'string') parts.push(` (says ${quoted(by)})`);
  return parts.map((part) => part.replace(/\S.*/su, plainWords)).join('');
}

/** An answer that begins with what was asked is not told what that was once more. */
function answerLine(name: string, text: string): string {
  return text.startsWith(name) ? `answer: ${text}` : `answer to ${name}: ${text}`;
}

function answerText(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return 'no text';
  const { accepted, text } = answer as Record<string, unknown>;
  return `${accepted === false ? 'refused: ' : ''}${typeof text === 'string' ? text : 'accepted'}`;
}

/** ` failed: the reason` of a turn with one target, ` db1 failed; db2 succeeded` of one with several, ` partly` of a run. */
function endText(result: unknown): string {
  if (Array.isArray(result)) {
    const outcomes = result as Outcome[];
    return outcomes.length === 1
      ? endText(outcomes[0])
      : ` ${outcomes.map(({ id, state }) => `${id} ${state}`).join('; ')}`;
  }
  if (typeof result !== 'object' || result === null) return '';
  const { state, reason, outcome, dryRun, heldUp } = result as Record<string, unknown>;
  if (dryRun === true) return ' with its plan (dry run)';
  const ended = typeof state === 'string' ? state : typeof outcome === 'string' ? outcome : '';
  const word = heldUp === undefined ? ended : 'held up';
  return `${word === '' ? '' : ` ${word}`}${typeof reason === 'string' && reason !== '' ? `: ${reason}` : ''}`;
}
