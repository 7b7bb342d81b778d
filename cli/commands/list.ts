import type { Command } from 'commander';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { readDrain } from '../../activities/drain/read-drain.ts';
import { drainText } from '../../model/drain.ts';
import type { Action } from '../action.ts';
import { withSession, type ConnectionFlags } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { withConnection, wholeNumber } from '../options.ts';
import { renderRuns, type ListedRun } from '../render/runs.ts';
import { attributeText, runsOnly } from '../run-reference.ts';
import type { Runbooks } from '../runbooks.ts';

interface ListFlags extends ConnectionFlags {
  waiting?: boolean;
  stuck?: boolean;
  limit: number;
}

const DEFAULT_LIMIT = 50;
const MOST = 1000;

/** `fettle list`: what runs and what ran lately, newest first. */
export function addList(program: Command, action: Action, runbooks: Runbooks): void {
  withConnection(program.command('list').description('what runs, and what ran lately; newest first'))
    .option('--waiting', 'only what waits for a person: an open question, or a pause')
    .option('--stuck', 'only runs and turns whose workflow code keeps failing')
    .option('--limit <number>', 'at most so many', wholeNumber(1, MOST), DEFAULT_LIMIT)
    .action(
      action<ListFlags>(async (terminal, flags) =>
        withSession(flags, async (session) => {
          const runs: ListedRun[] = [];
          for await (const info of session.client.workflow.list({ query: listQuery(runbooks, flags) })) {
            runs.push(toListed(info));
            if (runs.length >= flags.limit) break;
          }
          const drain = await readDrain(session.client);
          terminal.document({ runs, drain });
          terminal.say(renderRuns(runs, terminal));
          if (drain !== null)
            terminal.say(`\n${drainText(drain)}. \`npx fettle drain --end --reason "why"\` ends that.`);
          return EXIT.done;
        }),
      ),
    );
}

/** The visibility query of these flags. */
function listQuery(runbooks: Runbooks, { waiting, stuck }: ListFlags): string {
  const runs = runsOnly(runbooks);
  // A turn may be stuck as well, and holds its target until somebody sees it.
  const turns = 'WorkflowId STARTS_WITH "target/" OR WorkflowId STARTS_WITH "look/"';
  const conditions = [stuck ? `(${runs} OR ${turns})` : runs];
  // Of a run that went on in a new execution the new one stands for all.
  conditions.push(waiting || stuck ? 'ExecutionStatus = "Running"' : 'ExecutionStatus != "ContinuedAsNew"');
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
