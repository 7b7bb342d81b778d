import type { Command } from 'commander';
import type { Action } from '../action.ts';
import type { ConnectionFlags } from '../connect.ts';
import { followToEnd } from '../follow-to-end.ts';
import { withConnection } from '../options.ts';
import { requireWorker } from '../pollers.ts';
import { withRun } from '../run-reference.ts';
import type { Runbooks } from '../runbooks.ts';
import { showEnded } from './status.ts';

/** `fettle watch`: the live view of a run, to its end. Ctrl-C ends the watching, never the run. */
export function addWatch(program: Command, action: Action, runbooks: Runbooks): void {
  withConnection(program.command('watch').description('live view of a run, to its end; Ctrl-C leaves the run alone'))
    .argument('<run>')
    .action(
      action<ConnectionFlags>(async (terminal, flags, reference = '') =>
        withRun(flags, runbooks, reference, async (found) => {
          const { workflowId, status } = found.run;
          if (status !== 'RUNNING') {
            terminal.progress(`${workflowId} has ended; what it left:`);
            return await showEnded(terminal, found);
          }
          await requireWorker(found.session);
          terminal.progress(
            `${workflowId}, as it stands now and how it goes on (Ctrl-C stops watching; the run goes on)`,
          );
          return await followToEnd(terminal, found);
        }),
      ),
    );
}
