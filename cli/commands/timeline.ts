import type { Command } from 'commander';
import type { Action } from '../action.ts';
import type { ConnectionFlags, Session } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { decoderOf } from '../history/decode.ts';
import { childrenOf, readExecutions, type Execution } from '../history/executions.ts';
import { inOrder, readTimeline, type TimelineEntry } from '../history/timeline.ts';
import { withConnection } from '../options.ts';
import { renderTimeline } from '../render/timeline.ts';
import { withRun } from '../run-reference.ts';
import type { Runbooks } from '../runbooks.ts';

/** `fettle timeline`: who did what when, in order, from the histories of the run and of its turns. Needs no worker. */
export function addTimeline(program: Command, action: Action, runbooks: Runbooks): void {
  withConnection(program.command('timeline').description('who did what when, in order; needs no worker'))
    .argument('<run>')
    .action(
      action<ConnectionFlags>(async (terminal, flags, reference = '') =>
        withRun(flags, runbooks, reference, async ({ session, run }) => {
          const entries = inOrder(await readTree(session, run));
          terminal.document({ runId: run.workflowId, entries });
          terminal.say(renderTimeline(entries, run.workflowId, terminal));
          return EXIT.done;
        }),
      ),
    );
}

async function readTree(session: Session, execution: Execution): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (const history of await readExecutions(session, execution)) {
    entries.push(...(await readTimeline(execution.workflowId, history, decoderOf(session.client))));
    for (const child of childrenOf(history)) entries.push(...(await readTree(session, child)));
  }
  return entries;
}
