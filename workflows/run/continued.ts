import { condition, continueAsNew, allHandlersFinished, workflowInfo } from '@temporalio/workflow';
import { PAYLOAD_WARN_BYTES } from '../../model/payload-limits.ts';
import type { Asked, RunControl } from './control.ts';
import type { RecordState, RunRecord } from './record.ts';

/** What the next execution of a run goes on with: the second argument of its workflow. */
export interface ContinuedRun<O = unknown> {
  /** Name of the stage that is to begin. */
  stage: string;
  paused: string | null;
  asked: Asked | null;
  record: RecordState<O>;
}

/**
 * Goes on in a new execution, so that a long wait does not sit at the end of a long history. To be called where no child is open.
 * A state that is too large to travel stays where it is: then the run waits in the execution that it has.
 */
export async function continueBefore<O>(
  stage: string,
  input: unknown,
  record: RunRecord<O>,
  control: RunControl,
): Promise<void> {
  await condition(allHandlersFinished);
  const state: ContinuedRun<O> = { stage, paused: control.paused, asked: control.asked, record: record.handOn() };
  if (control.aborting !== null) return;
  if (new TextEncoder().encode(JSON.stringify(state)).length > PAYLOAD_WARN_BYTES) {
    record.note('What the run knows is too large to travel: it waits in this execution.');
    return;
  }
  record.note(`Goes on in a new execution; this one, ${workflowInfo().runId}, has what happened so far.`);
  await continueAsNew<(input: unknown, continued: ContinuedRun<O>) => Promise<unknown>>(input, {
    ...state,
    record: record.handOn(),
  });
}
