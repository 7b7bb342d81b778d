import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { DRAIN, DRAIN_MEMO, drainText, narrowDrainWords, type Drain } from '../../model/drain.ts';
import { FAILURES } from '../../model/failures.ts';
import { NAMELESS } from '../../model/messages.ts';

/** The drain that is set in the client's namespace, or null. Asks the server alone, which answers by id without delay. */
export async function readDrain(client: Client): Promise<Drain | null> {
  try {
    const { closeTime, type, startTime, memo } = await client.workflow.getHandle(DRAIN).describe();
    if (closeTime !== undefined || type !== DRAIN) return null;
    const words = narrowDrainWords(memo?.[DRAIN_MEMO]);
    // Started in the Web UI, and no worker has written down yet what it was given.
    const { reason, by } = words.ok ? words.value : { reason: 'not read yet', by: NAMELESS };
    return { since: startTime.toISOString(), reason, by };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** What a run that may not begin ends with. */
export function draining(drain: Drain): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${drainText(drain)}. ${FAILURES.Draining.advice}`, 'Draining', {
    type: 'Draining',
  });
}
