import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ParentClosePolicy,
  getExternalWorkflowHandle,
  startChild,
  type ExternalWorkflowHandle,
} from '@temporalio/workflow';
import type { HeldUpByQuestion, Outcome, TurnInput } from '../../model/turn.ts';
import { siteOf } from '../../model/queues.ts';
import { controlActivities, followingControl } from '../activity-proxies.ts';
import { claimKey } from '../locks/turn-locks.ts';
import { stopTurnSignal } from '../messages.ts';
import { searchAttributes } from '../search-attributes.ts';
import { detailsText, summaryText } from '../text-limits.ts';
import type { Blocker } from './schedule.ts';
import type { StageInHand } from './stage-in-hand.ts';
import { turnInput } from './turn-input.ts';
import { inLine, untilEnded, Waits } from './waits.ts';
import { lostTurn, withoutTurn } from './without-turn.ts';

/** Tries, when the holder has ended each time we look. */
const START_ATTEMPTS = 3;

type TurnHandle = Pick<ExternalWorkflowHandle, 'signal'>;

/** What a rollout learns of its targets' turns. */
export interface TurnReports {
  ended(outcome: Outcome): void;
  /** A turn was held up, and its target waits for another one. `stopped`: why somebody asked for its stop meanwhile. */
  heldUp(outcome: Outcome, heldUp: HeldUpByQuestion, stopped: string | undefined): void;
  /** Another run has what the target needs. */
  blocked(id: string, blocker: Blocker, stopped: string | undefined): void;
  /** It has it no longer; false when its turn does not fit into the window any more. */
  released(id: string, inTime: boolean): void;
}

/** Starts turns, passes a stop on to them and reports how they end. */
export class Turns {
  /** How many have ended or were released, so that a waiting rollout sees that one was. */
  changes = 0;
  private readonly waits = new Waits();
  private readonly open = new Map<string, TurnHandle>();
  private readonly stopping = new Map<string, string>();
  private readonly inHand: StageInHand;
  private readonly reports: TurnReports;

  constructor(inHand: StageInHand, reports: TurnReports) {
    this.inHand = inHand;
    this.reports = reports;
  }

  /** Starts the turns of these targets: those with one lock are one turn. */
  start(ids: readonly string[], started: (id: string) => void): void {
    const { record, procedure } = this.inHand;
    const byTurn = new Map<string, string[]>();
    for (const id of ids) {
      const turnId = record.ledger.entry(id)?.turnId ?? id;
      byTurn.set(turnId, [...(byTurn.get(turnId) ?? []), id]);
    }
    for (const [turnId, members] of byTurn) {
      const targets = members.map((id) => {
        const target = record.target(id);
        if (target === undefined) throw new RangeError(`${id} is not in the plan`);
        started(id);
        const before = record.ledger.entry(id)?.outcome ?? null;
        return { target, turn: record.ledger.begin(id), before };
      });
      const input = turnInput(this.inHand, targets);
      this.run(turnId, input).then(
        (outcomes) => outcomes && this.end(input, outcomes),
        (error: unknown) => this.end(input, lostTurn(procedure, input, wordsOf(error))),
      );
    }
  }

  /**
   * Null when another run has the targets in work: they wait, and may be started again. `again`: the turn that had this id last was
   * another one.
   */
  private async run(turnId: string, input: TurnInput, attempt = 1, again = false): Promise<Outcome[] | null> {
    const { stage, procedure, plan } = this.inHand;
    const { run, targets } = input;
    const ids = targets.map(({ target }) => target.id);
    const sites = [...new Set(targets.map(({ target }) => siteOf(target.queue)))].filter((site) => site !== '');
    try {
      const handle = await startChild(stage.turn, {
        workflowId: turnId,
        args: [input],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        // At first only where no turn of this lock has come to its end, as far as the server remembers: that one may be this very turn.
        workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
        staticSummary: summaryText(`${capital(stage.name)} ${ids.join(', ')}, change ${run.change}`),
        staticDetails: detailsText(targets.map((one) => stepsOf(one, run.runId)).join('\n\n')),
        typedSearchAttributes: searchAttributes({
          runbook: procedure.name,
          sites: sites.length > 0 ? sites : plan.material.sites,
          change: run.change,
          targets: ids,
          outcome: 'running',
          question: 'none',
        }),
      });
      this.opened(ids, handle);
      return this.unlessHeldUp(turnId, input, await handle.result());
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const ended = again ? 'open' : await this.endedBefore(turnId, input);
      if (ended === 'another') return await this.run(turnId, input, attempt, true);
      return ended === 'open' ? await this.whileBusy(turnId, input, attempt) : ended;
    }
  }

  /** What this very turn came to before a reset of the run, or that it was another one, or is not over. */
  private async endedBefore(
    workflowId: string,
    { run, stage, targets }: TurnInput,
  ): Promise<Outcome[] | 'open' | 'another'> {
    const summary = summaryText(
      `Did this run take the turn of ${targets.map(({ target }) => target.id).join(', ')} before?`,
    );
    const { runKey } = run;
    const outcomes = await controlActivities.endedTurn.executeWithOptions({ summary }, [{ workflowId, runKey }]);
    if (outcomes === 'open' || outcomes === 'another') return outcomes;
    // One that had to wait for a lock has done nothing: this is the next try of the same turn.
    const done = outcomes.filter(({ heldUp }) => heldUp?.by !== 'lock');
    const isThis = ({ target, turn }: TurnInput['targets'][number]): boolean =>
      done.some((one) => one.id === target.id && one.stage === stage && one.turn === turn);
    return targets.every(isThis) ? done : 'another';
  }

  /** From here on the turn can be asked to stop; it is at once where somebody asked before. */
  private opened(ids: readonly string[], handle: TurnHandle): void {
    for (const id of ids) {
      this.open.set(id, handle);
      this.passOnStop(id);
    }
  }

  /**
   * The lock is taken: by a turn that this very run started before a reset, whose end is awaited, or by another run, for which the
   * targets wait. Where the holder has ended by the time it is looked at, the turn is started again.
   */
  private async whileBusy(workflowId: string, input: TurnInput, attempt: number): Promise<Outcome[] | null> {
    const { procedure } = this.inHand;
    const ids = input.targets.map(({ target }) => target.id);
    const name = ids.join(', ');
    const summary = summaryText(`Who holds ${name}?`);
    const holder = await controlActivities.describeHolder.executeWithOptions({ summary }, [{ workflowId }]);
    if (holder === null && attempt < START_ATTEMPTS) return await this.run(workflowId, input, attempt + 1);
    if (holder !== null && holder.parentKey === input.run.runKey) {
      this.opened(ids, getExternalWorkflowHandle(workflowId, holder.executionRunId));
      const { pollMs } = input.limits;
      const followed = await followingControl(input.limits).followTurn.executeWithOptions(
        { summary: summaryText(`Follow the turn of ${name} from before the reset`) },
        [{ ...holder, pollMs }],
      );
      if ('lost' in followed) return lostTurn(procedure, input, followed.lost);
      return this.unlessHeldUp(workflowId, input, followed.outcomes);
    }
    if (holder !== null && input.closesAt !== null) {
      const text = `in work in run ${holder.runId}`;
      this.wait(input, { failure: 'TargetBusy', text }, (until) => untilEnded(holder, ids, input.limits.pollMs, until));
      return null;
    }
    const busy = `TargetBusy: ${name} is in work in run ${holder?.runId ?? 'that has just ended'}; retry the target when that is over.`;
    return withoutTurn(procedure, input, 'not-started', 'TargetBusy', busy);
  }

  /** A turn that could not have its locks has begun nothing: its targets wait, with their place in line. Null then. */
  private unlessHeldUp(turnId: string, input: TurnInput, outcomes: Outcome[]): Outcome[] | null {
    const heldUp = outcomes[0]?.heldUp;
    if (heldUp?.by !== 'lock') return outcomes;
    const { lock, text, inDoubt } = heldUp;
    const claim = { key: claimKey(input, turnId), workflowId: turnId, inDoubt };
    this.wait(input, { failure: 'LockBusy', text }, (until) => inLine(lock, claim, input.limits.pollMs, until));
    return null;
  }

  /** The targets give their place in the wave up until the wait is over, or until none of them would fit before the window closes. */
  private wait({ targets, closesAt }: TurnInput, blocker: Blocker, wait: (until: number) => Promise<boolean>): void {
    const latest = Date.parse(closesAt ?? '') - Math.min(...targets.map(({ target }) => target.expectedMs));
    const ids = targets.map(({ target }) => target.id);
    this.waits.begin(
      ids,
      () => wait(latest + 1),
      (id, inTime) => this.released(id, inTime),
    );
    for (const id of ids) {
      const stopped = this.stopping.get(id);
      this.open.delete(id);
      this.stopping.delete(id);
      this.reports.blocked(id, blocker, stopped);
    }
    this.changes += 1;
  }

  private released(id: string, inTime: boolean): void {
    this.reports.released(id, inTime);
    this.changes += 1;
  }

  /** A target does not wait for another run any more. */
  giveUp(id: string): void {
    this.waits.giveUp(id);
  }

  /** Nobody waits for other runs any more. */
  leave(): Promise<void> {
    return this.waits.leave();
  }

  /** Every target gets an outcome; one the turn says nothing of is lost. */
  private end(input: TurnInput, outcomes: readonly Outcome[]): void {
    for (const one of input.targets) {
      const { id } = one.target;
      const stopped = this.stopping.get(id);
      this.open.delete(id);
      this.stopping.delete(id);
      const told = outcomes.find((outcome) => outcome.id === id);
      const lost = lostTurn(this.inHand.procedure, { ...input, targets: [one] }, 'it did not speak of this target');
      for (const outcome of told === undefined ? lost : [told]) {
        const { heldUp } = outcome;
        if (heldUp === undefined || heldUp.by === 'lock') this.reports.ended(outcome);
        else this.reports.heldUp(outcome, heldUp, stopped);
      }
    }
    this.changes += 1;
  }

  /**
   * Asks the turn of one target to stop at its safe point; the other targets of that turn go on. The turn is told once, however
   * often somebody asks: thousands of signals under way would end the run's task.
   */
  stop(id: string, reason: string): void {
    if (this.stopping.has(id)) return;
    this.stopping.set(id, reason);
    this.passOnStop(id);
  }

  private passOnStop(id: string): void {
    const handle = this.open.get(id);
    const reason = this.stopping.get(id);
    if (handle === undefined || reason === undefined) return;
    // May be called from a cancelled scope, which cannot send signals.
    CancellationScope.nonCancellable(() => handle.signal(stopTurnSignal, { reason, target: id })).catch(() =>
      this.inHand.record.note(`${id} ended before it could be asked to stop.`),
    );
  }

  stopAll(reason: string): void {
    for (const id of this.inHand.record.status().inWork) this.stop(id, reason);
  }
}

function stepsOf({ target, turn }: TurnInput['targets'][number], runId: string): string {
  return `Turn ${turn} of ${target.id} in run \`${runId}\`.\n\n${target.steps.map((step) => `1. ${step}`).join('\n')}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
