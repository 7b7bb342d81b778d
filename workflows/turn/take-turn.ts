import { CancellationScope, isCancellation, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { TargetState } from '../../model/ledger.ts';
import { lockName, type AfterEnd } from '../../model/locks.ts';
import { QUERIES, quoted } from '../../model/messages.ts';
import type { Target } from '../../model/plan.ts';
import type { HeldUp, Outcome, TurnInput } from '../../model/turn.ts';
import { requireParent } from '../entrance.ts';
import { TurnLocks } from '../locks/turn-locks.ts';
import { holdsQuery, stopTurnSignal, turnQuery } from '../messages.ts';
import { onceTakenIn } from '../once-taken-in.ts';
import { label } from '../search-attributes.ts';
import { takeSignals } from '../signals.ts';
import { Compensations } from './compensation.ts';
import { turnDetails } from './details.ts';
import { endTurn } from './ending.ts';
import { heldUpOutcome } from './held-up.ts';
import { StepFailure } from './step-failure.ts';
import { TargetRecord } from './target-record.ts';
import type { TurnTools } from './tools.ts';

/**
 * What a runbook says of its turns. Method syntax, since its parameters are checked bivariantly: a `TurnWork<M, T, O>` then fits
 * where a `TurnWork` is wanted.
 */
export interface TurnWork<M = unknown, T = unknown, O = unknown> {
  /** `own` of a target as its turn finds it. */
  untouched(target: Target<T>, before: Outcome<O> | null): O;
  /** The procedure for one target, as the operator's card tells it. Returns what is to be said of its success. */
  perform(tools: TurnTools<M, T, O>): Promise<string>;
  /** How many targets of one turn are in work at once; one when left out. */
  atOnce?: number;
  /** Reads what can be told of a failure. Must not throw. */
  afterFailure?(tools: TurnTools<M, T, O>, state: TargetState): Promise<void>;
  /** Whether a target that was changed and then stopped is well: looking is always allowed. */
  isWell?(tools: TurnTools<M, T, O>): Promise<boolean>;
  /** How somebody looks whether anything of this turn is at work still, should it end without a word; without it only a person can tell. */
  lookAfter?(tools: TurnTools<M, T, O>): AfterEnd;
  /** Lines for the end of the details. */
  details?(own: O): string[];
}

/**
 * One turn: the targets of one lock, taken through the procedure of their runbook. It never fails once it has begun: whatever
 * happens becomes the outcome of its target, and the run's ledger keeps that.
 *
 * Invariants: only a run starts it; it stops at safe points alone, also when it is cancelled; every exclusive lock of its targets
 * is held meanwhile; what was registered as a compensation is undone, unless a person has to see things as they are.
 */
export async function takeTurn<M, T, O>(input: TurnInput<M, T, O>, work: TurnWork<M, T, O>): Promise<Outcome<O>[]> {
  requireParent();
  const records: TargetRecord<T, O>[] = [];
  const show = onceTakenIn(() => setCurrentDetails(turnDetails(input, records, work)));
  for (const one of input.targets) records.push(new TargetRecord(one, work.untouched(one.target, one.before), show));
  setHandler(turnQuery, () => ({ stage: input.stage, targets: records.map((record) => record.view()) }), {
    description: QUERIES.turn,
  });
  const locks = new TurnLocks(input);
  setHandler(holdsQuery, () => locks.claims, { description: QUERIES.holds });
  const description = 'Sent by the run: stop at the next safe point.';
  takeSignals(
    () => setHandler(stopTurnSignal, (payload) => stopByMessage(records, payload), { description }),
    () => undefined,
  );
  CancellationScope.current().cancelRequested.catch(() => stop(records, 'the turn was cancelled'));
  show();

  return await CancellationScope.nonCancellable(async () => {
    const outcomes = await takeAll(input, records, locks, work);
    const [first, ...others] = outcomes.map(({ state, heldUp }) => (heldUp === undefined ? state : 'held-up'));
    label({
      outcome: first !== undefined && others.every((state) => state === first) ? first : 'partly',
      question: outcomes.find(({ question }) => question !== null)?.question ?? 'none',
    });
    show();
    return outcomes;
  });
}

/** Takes every target while the exclusive locks of all are held. Where one cannot be had now, nothing is begun, and the run waits. */
async function takeAll<M, T, O>(
  input: TurnInput<M, T, O>,
  records: readonly TargetRecord<T, O>[],
  locks: TurnLocks,
  work: TurnWork<M, T, O>,
): Promise<Outcome<O>[]> {
  const each = records.map((record) => ({ input, record, compensations: new Compensations(), locks }));
  const heldUp = await takeLocks(each, work);
  let outcomes: Outcome<O>[] = [];
  try {
    if (heldUp !== null) {
      const failure = new StepFailure(heldUp.by === 'lock' ? 'LockBusy' : 'LockInDoubt', heldUp.text);
      return each.map((tools) => heldUpOutcome(tools, failure, heldUp));
    }
    outcomes = await atMost(work.atOnce ?? 1, each, (tools: TurnTools<M, T, O>) => takeOne(tools, work));
    return outcomes;
  } finally {
    // What may be at work still keeps its locks in doubt: whoever wants one gets it after a look.
    if (!outcomes.some(leavesAtWork)) await locks.releaseAll();
  }
}

/** Takes every exclusive lock, in the order of their names so that two turns never wait for each other; else says what is in the way. */
async function takeLocks<M, T, O>(
  each: readonly TurnTools<M, T, O>[],
  work: TurnWork<M, T, O>,
): Promise<HeldUp | null> {
  const [first] = each;
  // A stage that only looks takes no lock.
  if (first === undefined || first.input.closesAt === null) return null;
  const until = Date.parse(first.input.closesAt);
  const stopped = () => each.every(({ record }) => record.stopping !== null);
  for (const lock of [...new Set(each.flatMap(({ record }) => record.target.exclusive))].toSorted()) {
    const { granted, heldBy, inDoubt, doubt } = await first.locks.ask(
      lock,
      work.lookAfter?.(first) ?? null,
      until,
      stopped,
    );
    if (granted) continue;
    const name = lockName(lock);
    if (doubt !== null)
      return { by: 'doubt', lock, of: doubt.of, text: `The lock of ${name} is in doubt. ${doubt.text}` };
    const has = `${name} is held by run ${heldBy ?? 'that nobody could tell'}`;
    const told = inDoubt
      ? `${name} is in doubt, since a turn of run ${heldBy} ended without a word: its target is looked at`
      : has;
    return { by: 'lock', lock, text: told, inDoubt };
  }
  return null;
}

function leavesAtWork({ state, heldUp, changed }: Outcome): boolean {
  return state === 'unknown' || (heldUp !== undefined && changed);
}

async function takeOne<M, T, O>(tools: TurnTools<M, T, O>, work: TurnWork<M, T, O>): Promise<Outcome<O>> {
  try {
    return tools.record.outcome(tools.input.stage, 'succeeded', await work.perform(tools), null);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return await endTurn(tools, work, error);
  }
}

/** Works on all items in their order, on at most `most` of them at once. */
async function atMost<A, R>(most: number, items: readonly A[], work: (item: A) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

/** A reason comes from a message, so it may be of any length. */
const MAX_REASON = 1_200;

/** Asks every target to stop, or the one that is named. Anybody may send such a message, with any payload: what it says is a claim. */
function stopByMessage(records: readonly TargetRecord[], payload: unknown): void {
  const fields = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  const { reason, target } = fields;
  const why =
    typeof reason === 'string' ? `a message says ${quoted(reason.slice(0, MAX_REASON))}` : 'a message without a reason';
  stop(typeof target === 'string' ? records.filter((record) => record.target.id === target) : records, why);
}

function stop(records: readonly TargetRecord[], why: string): void {
  for (const record of records) {
    record.stopping ??= why;
    record.show();
  }
}
