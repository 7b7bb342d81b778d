import type { Command } from 'commander';
import type { WorkflowHandle } from '@temporalio/client';
import type { HandoverItem, RunResult } from '../../model/run.ts';
import type { Action } from '../action.ts';
import { withSession } from '../connect.ts';
import type { ConnectionFlags, Session } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { readClosedRun } from '../history/closed-run.ts';
import { withConnection } from '../options.ts';
import { requireWorker } from '../pollers.ts';
import { renderHandover } from '../render/handover.ts';
import { findRun } from '../run-reference.ts';
import type { RunCandidate } from '../run-reference.ts';
import { ask } from '../run-state.ts';

/** `fettle handover`: what the next shift must know, as of now or as of the run's end. */
export function addHandover(program: Command, action: Action): void {
  withConnection(program.command('handover').description('what the next shift must know'))
    .argument('<run>')
    .action(
      action<ConnectionFlags>(async (terminal, flags, reference = '') =>
        withSession(flags, async (session) => {
          const { run, handle } = await findRun(session, reference);
          const items = await handoverOf(session, run, handle);
          terminal.document({ runId: run.workflowId, handover: items });
          const asOf = run.status === 'RUNNING' ? 'as of now; the run goes on' : 'as of its end';
          terminal.say(`Handover of ${run.workflowId}, ${asOf}`);
          terminal.say(renderHandover(items, terminal));
          return EXIT.done;
        }),
      ),
    );
}

async function handoverOf(session: Session, run: RunCandidate, handle: WorkflowHandle): Promise<HandoverItem[]> {
  if (run.status === 'COMPLETED') {
    const result = (await handle.result()) as Partial<RunResult>;
    return result.handover ?? [];
  }
  if (run.status === 'RUNNING') {
    await requireWorker(session);
    return await ask(session, handle, 'handover');
  }
  return (await readClosedRun(session, run)).handover;
}
