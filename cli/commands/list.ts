import type { Command } from 'commander';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { Action } from '../action.ts';
import { withSession } from '../connect.ts';
import type { ConnectionFlags } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { withConnection, wholeNumber } from '../options.ts';
import { renderRuns } from '../render/runs.ts';
import type { ListedRun } from '../render/runs.ts';
import { attributeText, runsOnly } from '../run-reference.ts';

interface ListFlags extends ConnectionFlags {
  waiting?: boolean;
  stuck?: boolean;
  limit: number;
}

const DEFAULT_LIMIT = 50;
const MOST = 1000;

/** `fettle list`: what runs and what ran lately, newest first. */
export function addList(program: Command, action: Action): void {
  withConnection(program.command('list').description('what runs, and what ran lately; newest first'))
    .option('--waiting', 'only what waits for a person: an open question, or a pause')
    .option('--stuck', 'only runs and turns whose workflow code keeps failing')
    .option('--limit <number>', 'at most so many', wholeNumber(1, MOST), DEFAULT_LIMIT)
    .action(
      action<ListFlags>(async (terminal, flags) =>
        withSession(flags, async (session) => {
          const runs: ListedRun[] = [];
          for await (const info of session.client.workflow.list({ query: listQuery(flags) })) {
            runs.push(toListed(info));
            if (runs.length >= flags.limit) break;
          }
          terminal.document({ runs });
          terminal.say(renderRuns(runs, terminal));
          return EXIT.done;
        }),
      ),
    );
}

/** The visibility query of these flags. */
export function listQuery({ waiting, stuck }: Pick<ListFlags, 'waiting' | 'stuck'>): string {
  const conditions: string[] = [];
  // A turn may be stuck as well, and holds its host until somebody sees it.
  conditions.push(stuck ? `(${runsOnly()} OR WorkflowId STARTS_WITH "target/")` : runsOnly());
  if (waiting || stuck) conditions.push('ExecutionStatus = "Running"');
  if (waiting) {
    conditions.push('((FettleQuestion IS NOT NULL AND FettleQuestion != "none") OR FettleOutcome = "paused")');
  }
  if (stuck) conditions.push('TemporalReportedProblems IS NOT NULL');
  return conditions.join(' AND ');
}

function toListed(info: WorkflowExecutionInfo): ListedRun {
  const question = attributeText(info, 'FettleQuestion');
  return {
    runId: info.workflowId,
    executionRunId: info.runId,
    change: attributeText(info, 'FettleChange'),
    sites: attributeText(info, 'FettleSite'),
    status: info.status.name.toLowerCase(),
    outcome: attributeText(info, 'FettleOutcome'),
    question: question === 'none' ? null : question,
    openedAt: info.startTime.toISOString(),
    closedAt: info.closeTime?.toISOString() ?? null,
  };
}
