import type { WorkflowHandleWithStartDetails } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { runWorkflowId } from '../model/ids.ts';
import { CONTROL_QUEUE } from '../model/queues.ts';
import type { RegisteredRunbook } from '../runbooks/define-runbook.ts';
import { operatorName, type Session } from './connect.ts';
import { DRY_RUN_SUFFIX } from './run-reference.ts';
import type { CheckedInput } from './runbook-input.ts';
import { runLink, startFormLink } from './ui-link.ts';

/** A run that was started, and the addresses under which a person finds it. */
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

/** Starts the runbook's workflow with this input, as it stands in the file. */
export async function startRun(
  session: Session,
  runbook: RegisteredRunbook,
  { input, change, sites }: CheckedInput,
  dryRun: boolean,
): Promise<{ handle: WorkflowHandleWithStartDetails; started: StartedRun }> {
  const workflowId = `${runWorkflowId(runbook.name, change, stampOf(new Date()))}${dryRun ? DRY_RUN_SUFFIX : ''}`;
  const handle = await session.client.workflow.start(runbook.workflowType, {
    args: [input],
    workflowId,
    taskQueue: CONTROL_QUEUE,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    // The same for a dry run: the Web UI's start form takes both over when a real run is started from it.
    staticSummary: `${runbook.title} ${change} at ${sites.join(', ')}`.slice(0, 200),
    staticDetails: details(change, sites),
    memo: { startedBy: operatorName(), startedWith: dryRun ? 'fettle plan' : 'fettle start' },
    typedSearchAttributes: [
      { key: defineSearchAttributeKey('FettleRunbook', SearchAttributeType.KEYWORD), value: runbook.name },
      { key: defineSearchAttributeKey('FettleChange', SearchAttributeType.KEYWORD), value: change },
      { key: defineSearchAttributeKey('FettleSite', SearchAttributeType.KEYWORD_LIST), value: sites },
    ],
  });
  const { ui, namespace } = session;
  const run = { workflowId, executionRunId: handle.firstExecutionRunId };
  const from = { ...run, workflowType: runbook.workflowType, taskQueue: CONTROL_QUEUE };
  return {
    handle,
    started: {
      runId: workflowId,
      executionRunId: run.executionRunId,
      link: ui === null ? null : runLink({ ui, namespace }, workflowId, run.executionRunId),
      formLink: ui === null ? null : startFormLink({ ui, namespace }, from),
    },
  };
}

function details(change: string, sites: string[]): string {
  const where = `${sites.length === 1 ? 'site' : 'sites'} ${sites.join(', ')}`;
  return `Change **${change}**, ${where}. The current details say where the run stands and how to steer it.`;
}
