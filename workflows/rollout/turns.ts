import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ParentClosePolicy,
  getExternalWorkflowHandle,
  startChild,
  type ExternalWorkflowHandle,
} from '@temporalio/workflow';
import { hostTurnId } from '../../model/ids.ts';
import type { PatchPlan } from '../../model/plan.ts';
import type { TurnInput, TurnOutcome } from '../../model/turn.ts';
import { control, controlFollowing } from '../activity-proxies.ts';
import { stopTurnSignal } from '../messages.ts';
import { patchHost } from '../patch-host.ts';
import type { RunRecord } from '../run/run-record.ts';
import { searchAttributes } from '../search-attributes.ts';
import { detailsText, summaryText } from '../text-limits.ts';
import { turnInput } from './turn-input.ts';
import { ended, lost } from './turn-without-outcome.ts';

/** Looks at a lock that is free again and again, since its holder ended between two looks. */
const START_ATTEMPTS = 3;

/** Starts turns, passes a stop on to them and reports how they end. */
export class Turns {
  /** Counts turns that ended, so that a waiting rollout sees that one did. */
  ended = 0;
  private readonly open = new Map<string, Pick<ExternalWorkflowHandle, 'signal'>>();
  private readonly stopping = new Map<string, string>();
  private readonly plan: PatchPlan;
  private readonly record: RunRecord;
  private readonly report: (host: string, outcome: TurnOutcome) => void;

  constructor(plan: PatchPlan, record: RunRecord, report: (host: string, outcome: TurnOutcome) => void) {
    this.plan = plan;
    this.record = record;
    this.report = report;
  }

  start(host: string, started: () => void): void {
    const target = this.record.target(host);
    if (target === undefined) throw new RangeError(`${host} is not in the plan`);
    started();
    const before = this.record.entry(host)?.outcome ?? null;
    const input = turnInput(this.plan, target, this.record.begin(host), before);
    this.run(input).then(
      (outcome) => this.end(host, outcome),
      (error: unknown) => this.end(host, lost(input, error)),
    );
  }

  /** Asks one turn to stop at its safe point. */
  stop(host: string, reason: string): void {
    this.stopping.set(host, reason);
    const handle = this.open.get(host);
    if (handle === undefined) return;
    // A cancel request arrives in the cancelled scope, in which no signal leaves any more.
    CancellationScope.nonCancellable(() => handle.signal(stopTurnSignal, { reason })).catch(() =>
      this.record.note(`${host} ended before it could be asked to stop.`),
    );
  }

  stopAll(reason: string): void {
    for (const host of this.record.status().inWork) this.stop(host, reason);
  }

  private end(host: string, outcome: TurnOutcome): void {
    this.open.delete(host);
    this.stopping.delete(host);
    this.report(host, outcome);
    this.ended += 1;
  }

  private async run(input: TurnInput, attempt = 1): Promise<TurnOutcome> {
    const { target, run } = input;
    const workflowId = hostTurnId(target.host);
    try {
      const handle = await startChild(patchHost, {
        workflowId,
        args: [input],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: summaryText(`Patch ${target.host}, change ${run.change}`),
        staticDetails: detailsText(
          `Turn ${input.turn} of ${target.host} in run \`${run.runId}\`.\n\n${target.steps.map((step) => `1. ${step}`).join('\n')}`,
        ),
        typedSearchAttributes: searchAttributes({
          runbook: 'patch-window',
          sites: [target.site],
          change: run.change,
          host: target.host,
          outcome: 'running',
          question: 'none',
        }),
      });
      this.opened(target.host, handle);
      return await handle.result();
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return await this.whileHeld(input, attempt);
      throw error;
    }
  }

  /** From here on the turn can be asked to stop; it is at once where somebody asked before. */
  private opened(host: string, handle: Pick<ExternalWorkflowHandle, 'signal'>): void {
    this.open.set(host, handle);
    const reason = this.stopping.get(host);
    if (reason !== undefined) this.stop(host, reason);
  }

  /**
   * The target is held: by this run's own turn from before a reset, whose end is awaited, or by another run, which is a refusal.
   * Where the holder has ended by the time it is looked at, the turn is started again.
   */
  private async whileHeld(input: TurnInput, attempt: number): Promise<TurnOutcome> {
    const { host } = input.target;
    const workflowId = hostTurnId(host);
    const holder = await control.describeHolder.executeWithOptions({ summary: `Who holds ${host}?` }, [{ workflowId }]);
    if (holder === null && attempt < START_ATTEMPTS) return await this.run(input, attempt + 1);
    if (holder !== null && holder.runKey === input.run.runKey) {
      this.opened(host, getExternalWorkflowHandle(workflowId, holder.executionRunId));
      return await controlFollowing.followTurn.executeWithOptions(
        { summary: `Follow ${host}'s turn from before the reset` },
        [holder],
      );
    }
    return ended(
      input,
      'not-started',
      'TargetBusy',
      `TargetBusy: ${host} is in work in run ${holder?.runId ?? 'that has just ended'}; retry the target when that is over.`,
    );
  }
}
