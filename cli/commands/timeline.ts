import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { withSession } from '../connect.ts';
import type { ConnectionFlags, Session } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { decoderOf } from '../history/decode.ts';
import { childrenOf, inOrder, readTimeline } from '../history/timeline.ts';
import type { TimelineEntry } from '../history/timeline.ts';
import { withConnection } from '../options.ts';
import { renderTimeline } from '../render/timeline.ts';
import { findRun } from '../run-reference.ts';

/** `fettle timeline`: who did what when, in order, from the histories of the run and of its turns. Needs no worker. */
export function addTimeline(program: Command, action: Action): void {
  withConnection(program.command('timeline').description('who did what when, in order; needs no worker'))
    .argument('<run>')
    .action(
      action<ConnectionFlags>(async (terminal, flags, reference = '') =>
        withSession(flags, async (session) => {
          const { run } = await findRun(session, reference);
          const entries = inOrder(await readTree(session, run.workflowId, run.executionRunId));
          terminal.document({ runId: run.workflowId, entries });
          terminal.say(renderTimeline(entries, terminal));
          return EXIT.done;
        }),
      ),
    );
}

async function readTree(session: Session, workflowId: string, executionRunId: string): Promise<TimelineEntry[]> {
  const history = await session.client.workflow.getHandle(workflowId, executionRunId).fetchHistory();
  const entries = await readTimeline(workflowId, history, decoderOf(session.client));
  for (const child of childrenOf(history)) {
    entries.push(...(await readTree(session, child.workflowId, child.executionRunId)));
  }
  return entries;
}
