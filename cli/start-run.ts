import type { WorkflowHandleWithStartDetails } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { runWorkflowId } from '../model/ids.ts';
import { CONTROL_QUEUE } from '../model/queues.ts';
import type { Session } from './connect.ts';
import { operatorName } from './connect.ts';
import { DRY_RUN_SUFFIX } from './run-reference.ts';
import type { RunbookEntry } from './runbooks.ts';
import { parseRunbookInput } from './runbook-input.ts';
import { runLink, startFormLink } from './ui-link.ts';

/** A run that was started, or one that was found. */
export interface StartedRun {
  runId: string;
  executionRunId: string;
  /** Page in the Web UI, or null when nobody told where that is. */
  link: string | null;
  /** The Web UI's start form, filled with this run's input. */
  formLink: string | null;
}

/** `20300601T201500123Z`: sorts by time, and two starts of one change differ. */
export function stampOf(now: Date): string {
  return now.toISOString().replaceAll(/[-:.]/g, '');
}

/**
 * Starts the runbook's workflow with this input, as it stands in the file: the planning activity parses it again.
 * @throws {CommandError} with every problem of the input (exit 2) before anything is started.
 */
export async function startRun(
  session: Session,
  runbook: RunbookEntry,
  rawInput: unknown,
  dryRun: boolean,
): Promise<{ handle: WorkflowHandleWithStartDetails; started: StartedRun }> {
  const { input, change, sites } = parseRunbookInput(runbook, rawInput, dryRun);
  const workflowId = `${runWorkflowId(runbook.name, change, stampOf(new Date()))}${dryRun ? DRY_RUN_SUFFIX : ''}`;
  const handle = await session.client.workflow.start(runbook.workflowType, {
    args: [input],
    workflowId,
    taskQueue: CONTROL_QUEUE,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    // The same for a dry run: the Web UI's start form takes both over when a real run is started from it.
    staticSummary: `Patch window ${change} at ${sites.join(', ')}`.slice(0, 200),
    staticDetails: details(change, sites),
    memo: { startedBy: operatorName(), startedWith: dryRun ? 'fettle plan' : 'fettle start' },
    typedSearchAttributes: [
      { key: defineSearchAttributeKey('FettleRunbook', SearchAttributeType.KEYWORD), value: runbook.name },
      { key: defineSearchAttributeKey('FettleChange', SearchAttributeType.KEYWORD), value: change },
      { key: defineSearchAttributeKey('FettleSite', SearchAttributeType.KEYWORD_LIST), value: sites },
    ],
  });
  return { handle, started: describeStarted(session, runbook, workflowId, handle.firstExecutionRunId) };
}

/** The addresses under which a person finds the run. */
export function describeStarted(
  session: Session,
  runbook: RunbookEntry,
  runId: string,
  executionRunId: string,
): StartedRun {
  const { ui, namespace } = session;
  if (ui === null) return { runId, executionRunId, link: null, formLink: null };
  const from = { workflowId: runId, executionRunId, workflowType: runbook.workflowType, taskQueue: CONTROL_QUEUE };
  return {
    runId,
    executionRunId,
    link: runLink({ ui, namespace }, runId, executionRunId),
    formLink: startFormLink({ ui, namespace }, from),
  };
}

function details(change: string, sites: string[]): string {
  const where = `${sites.length === 1 ? 'site' : 'sites'} ${sites.join(', ')}`;
  return `Change **${change}**, ${where}. The current details say where the run stands and how to steer it.`;
}
