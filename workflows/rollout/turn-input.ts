import { workflowInfo } from '@temporalio/workflow';
import { withoutSteps, type RunRef, type TurnInput, type TurnTarget } from '../../model/turn.ts';
import { cutHashes } from '../../model/scripts.ts';
import type { StageInHand } from './stage-in-hand.ts';

/** What a turn is started with. */
export function turnInput({ stage, plan, window, record }: StageInHand, targets: TurnTarget[]): TurnInput {
  const { change, reason, limits, scripts, own } = plan.material;
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const run: RunRef = { runId: workflowId, runKey: firstExecutionRunId, change, reason };
  const short = targets.map(({ before, ...rest }) => ({
    ...rest,
    // Only what a later turn needs, so that its input stays small.
    before: before && withoutSteps(before),
  }));
  return {
    run,
    stage: stage.name,
    targets: short,
    closesAt: window?.closesAt ?? null,
    limits,
    scripts: cutHashes(scripts),
    letIn: record.letIn,
    own,
  };
}
