import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import { DRAIN, DRAIN_MEMO, drainText, END_DRAIN, narrowDrainWords, type DrainWords } from '../../model/drain.ts';
import { FAILURES } from '../../model/failures.ts';
import { detailsText } from '../text-limits.ts';

const endDrainUpdate = defineUpdate<string, [unknown]>(END_DRAIN);

/**
 * Keeps new runs from beginning for as long as it is open, under the one id by which planning looks for it; what is open goes on. It
 * does nothing else, so that it can be set while no worker is there, and a handful of events is all its history.
 * Returns who ended it, and why; a cancel or a termination ends it as well.
 */
export async function drain(input: unknown): Promise<DrainWords> {
  const { workflowId, startTime } = workflowInfo();
  const words = narrowDrainWords(input);
  if (!words.ok) throw unusable('', words.problem, 'one JSON object with a reason');
  if (workflowId !== DRAIN) throw unusable('', `the workflow id is ${workflowId}`, `the workflow id ${DRAIN}`);
  let ended: DrainWords | null = null;
  setHandler(
    endDrainUpdate,
    (payload) => {
      const narrowed = narrowDrainWords(payload);
      if (!narrowed.ok) return narrowed.problem;
      ended ??= narrowed.value;
      return 'New runs begin again.';
    },
    {
      description: 'Let new runs begin again. JSON: {"reason": "why", "by": "your name"}',
      validator: (payload) => {
        const narrowed = narrowDrainWords(payload);
        if (!narrowed.ok) throw ApplicationFailure.nonRetryable(narrowed.problem, 'InvalidInput');
      },
    },
  );
  // Where it was started in the Web UI nobody else has written it down.
  upsertMemo({ [DRAIN_MEMO]: words.value });
  const text = drainText({ ...words.value, since: startTime.toISOString() });
  setCurrentDetails(
    detailsText(
      `${text}\n\nOpen runs go on. To end it, send the update \`${END_DRAIN}\`, or \`npx fettle drain --end --reason "why"\`.`,
    ),
  );
  await condition(() => ended !== null && allHandlersFinished());
  return ended ?? words.value;
}

function unusable(path: string, message: string, expected: string): ApplicationFailure {
  const problem = { path, message, expected };
  return ApplicationFailure.nonRetryable(
    `The input cannot be used: ${message}; ${expected} is expected. ${FAILURES.InvalidInput.advice}`,
    'InvalidInput',
    { type: 'InvalidInput', problems: [problem] },
  );
}
