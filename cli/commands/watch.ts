import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { withSession } from '../connect.ts';
import type { ConnectionFlags } from '../connect.ts';
import { followToEnd } from '../follow-to-end.ts';
import { withConnection } from '../options.ts';
import { requireWorker } from '../pollers.ts';
import { findRun } from '../run-reference.ts';
import { showEnded } from './status.ts';

/** `fettle watch`: the live view of a run, to its end. Ctrl-C ends the watching, never the run. */
export function addWatch(program: Command, action: Action): void {
  withConnection(program.command('watch').description('live view of a run, to its end; Ctrl-C leaves the run alone'))
    .argument('<run>')
    .action(
      action<ConnectionFlags>(async (terminal, flags, reference = '') =>
        withSession(flags, async (session) => {
          const { run, handle } = await findRun(session, reference);
          if (run.status !== 'RUNNING') {
            terminal.progress(`${run.workflowId} has ended; what it left:`);
            return await showEnded(terminal, session, run, handle);
          }
          await requireWorker(session);
          terminal.progress(
            `${run.workflowId}, as it stands now and how it goes on (Ctrl-C stops watching; the run goes on)`,
          );
          return await followToEnd(terminal, session, handle);
        }),
      ),
    );
}
