import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ParentClosePolicy,
  getExternalWorkflowHandle,
  isCancellation,
  startChild,
  type ExternalWorkflowHandle,
} from '@temporalio/workflow';
import type { LockHolder } from '../../model/activities.ts';
import type { Outcome, TurnInput } from '../../model/turn.ts';
import { siteOf } from '../../model/queues.ts';
import { controlActivities, controlFollowing, controlWaiting } from '../activity-proxies.ts';
import { START_ATTEMPTS } from '../locks/lock.ts';
import { stopTurnSignal } from '../messages.ts';
import { searchAttributes } from '../search-attributes.ts';
import { detailsText, summaryText } from '../text-limits.ts';
import type { StageInHand } from './stage-in-hand.ts';
import { turnInput } from './turn-input.ts';
import { lostTurn, withoutTurn } from './without-turn.ts';

type TurnHandle = Pick<ExternalWorkflowHandle, 'signal'>;

/** What a rollout learns of its targets' turns. */
export interface TurnReports {
  ended(outcome: Outcome): void;
  /** Another run has the target in work. `stopped`: why somebody asked for its stop meanwhile. */
  blocked(id: string, runId: string, stopped: string | undefined): void;
  /** That run has it in work no longer; false when its turn does not fit into the window any more. */
  released(id: string, inTime: boolean): void;
}

/** Starts turns, passes a stop on to them and reports how they end. */
export class Turns {
  /** How many have ended or were released, so that a waiting rollout sees that one was. */
  changes = 0;
  /** Waits for turns of other runs. */
  private readonly waits = new CancellationScope();
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
      return await handle.result();
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
    const isThis = ({ target, turn }: TurnInput['targets'][number]): boolean =>
      outcomes.some((one) => one.id === target.id && one.stage === stage && one.turn === turn);
    return targets.every(isThis) ? outcomes : 'another';
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
      const followed = await controlFollowing.followTurn.executeWithOptions(
        { summary: summaryText(`Follow the turn of ${name} from before the reset`) },
        [holder],
      );
      return 'lost' in followed ? lostTurn(procedure, input, followed.lost) : followed.outcomes;
    }
    if (holder !== null && input.closesAt !== null) {
      this.waitFor(holder, input, Date.parse(input.closesAt));
      return null;
    }
    const busy = `TargetBusy: ${name} is in work in run ${holder?.runId ?? 'that has just ended'}; retry the target when that is over.`;
    return withoutTurn(procedure, input, 'not-started', 'TargetBusy', busy);
  }

  /** Waits for the turn of another run to end, or until none of the targets would fit before `closesAt` (epoch milliseconds) any more. */
  private waitFor(holder: LockHolder, { targets }: TurnInput, closesAt: number): void {
    const ids = targets.map(({ target }) => target.id);
    for (const id of ids) {
      this.reports.blocked(id, holder.runId, this.stopping.get(id));
      this.stopping.delete(id);
    }
    const latest = closesAt - Math.min(...targets.map(({ target }) => target.expectedMs));
    this.changes += 1;
    void this.untilReleased(holder, ids, new Date(latest + 1).toISOString());
  }

  private async untilReleased(
    { workflowId, executionRunId, runId }: LockHolder,
    ids: readonly string[],
    until: string,
  ): Promise<void> {
    const summary = summaryText(`wait for ${ids.join(', ')}, in work in ${runId}`);
    try {
      const inTime = await this.waits.run(() =>
        controlWaiting.awaitRelease.executeWithOptions({ summary }, [{ workflowId, executionRunId, until }]),
      );
      for (const id of ids) this.reports.released(id, inTime);
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
    this.changes += 1;
  }

  /** Nobody waits for turns of other runs any more. */
  leave(): void {
    this.waits.cancel();
  }

  /** Every target gets an outcome; one the turn says nothing of is lost. */
  private end(input: TurnInput, outcomes: readonly Outcome[]): void {
    for (const one of input.targets) {
      const { id } = one.target;
      this.open.delete(id);
      this.stopping.delete(id);
      const told = outcomes.find((outcome) => outcome.id === id);
      const lost = lostTurn(this.inHand.procedure, { ...input, targets: [one] }, 'it did not speak of this target');
      for (const outcome of told === undefined ? lost : [told]) this.reports.ended(outcome);
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
