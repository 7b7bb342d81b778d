import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { withSession, type ConnectionFlags } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { followToEnd } from '../follow-to-end.ts';
import { readInputFile } from '../input-file.ts';
import { withConnection } from '../options.ts';
import { activePollers, requireWorker } from '../pollers.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import { parseRunbookInput } from '../runbook-input.ts';
import { findRunbook, type Runbooks } from '../runbooks.ts';
import { draining, readDrain } from '../../activities/drain/read-drain.ts';
import { startRun } from '../start-run.ts';
import { NO_UI } from './plan.ts';

interface StartFlags extends ConnectionFlags {
  input: string;
  wait?: boolean;
  link?: boolean;
}

/** `fettle start`: starts a run, prints its id and its link; `--wait` follows it to the end. */
export function addStart(program: Command, action: Action, runbooks: Runbooks): void {
  withConnection(program.command('start').description('start a run; prints its id and its link'))
    .argument('<runbook>', 'such as patch-window')
    .requiredOption('--input <file>', 'YAML or JSON; - reads standard input')
    .option('--wait', 'follow the run to its end; the exit code tells how it ended')
    .option('--link', "print the link to the Web UI's start form too, filled with this input")
    .action(
      action<StartFlags>(async (terminal, flags, name = '') => {
        const runbook = findRunbook(runbooks, name);
        const input = parseRunbookInput(runbook, await readInputFile(flags.input, terminal.streams.stdin), false);
        return await withSession(flags, async (session) => {
          const drain = await readDrain(session.client);
          if (drain !== null) throw draining(drain);
          if (flags.wait) await requireWorker(session);
          const { handle, started } = await startRun(session, runbook, input, false);
          terminal.progress(`Started ${started.runId}\nWatch and steer it: ${started.link ?? NO_UI}`);
          if (flags.link) terminal.progress(`Start form with this input: ${started.formLink ?? NO_UI}`);
          if (flags.wait) return await followToEnd(terminal, { session, runbooks, handle });
          if ((await activePollers(session, CONTROL_QUEUE, 'workflow')).length === 0) {
            terminal.warn('No worker polls its queue yet: the run waits. Start one with `npx fettle worker`.');
          }
          terminal.document(started);
          terminal.say(`Next: npx fettle watch ${started.runId}`);
          return EXIT.done;
        });
      }),
    );
}
