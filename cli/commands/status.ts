import type { Command } from 'commander';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import type { DryRunResult, RunResult } from '../../model/run.ts';
import type { Action } from '../action.ts';
import type { ConnectionFlags } from '../connect.ts';
import { CommandError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { showEnd } from '../follow-to-end.ts';
import { readClosedRun } from '../history/closed-run.ts';
import { workLines } from '../live/changes.ts';
import { lookAtRun } from '../live/view.ts';
import { withConnection } from '../options.ts';
import { activePollers, requireWorker } from '../pollers.ts';
import { renderLedger } from '../render/ledger.ts';
import { renderNotes, renderStatus } from '../render/run.ts';
import { withRun, type FoundRun } from '../run-reference.ts';
import { ask } from '../run-state.ts';
import { viewOf, type Runbooks } from '../runbooks.ts';
import type { Terminal } from '../terminal.ts';

/** `fettle status`: one run's state and ledger. An ended run is read from its history, where no worker is needed. */
export function addStatus(program: Command, action: Action, runbooks: Runbooks): void {
  const command = program.command('status');
  withConnection(command.description("one run's state and ledger; of an ended run its exit code tells how it ended"))
    .argument('<run>')
    .action(
      action<ConnectionFlags>(async (terminal, flags, reference = '') =>
        withRun(flags, runbooks, reference, async (found) =>
          found.run.status === 'RUNNING' ? showRunning(terminal, found) : showEnded(terminal, found),
        ),
      ),
    );
}

/** A run that has ended: how, and what it left. Its exit code is the run's. */
export async function showEnded(terminal: Terminal, found: FoundRun): Promise<ExitCode> {
  return found.run.status === 'COMPLETED' ? await showCompleted(terminal, found) : await showBroken(terminal, found);
}

async function showRunning(terminal: Terminal, { session, runbooks, handle }: FoundRun): Promise<ExitCode> {
  await requireWorker(session);
  if (terminal.json) {
    terminal.document(await ask(session, handle, 'status'));
    return EXIT.done;
  }
  const { status, entries, work } = await lookAtRun(session, handle, null);
  terminal.say(`${renderStatus(status, terminal, entries)}\n`);
  terminal.say(renderLedger(entries, viewOf(runbooks, status.runbook), terminal));
  const inWork = workLines(work);
  if (inWork.length > 0) terminal.say(`\n${terminal.colours.bold('In work')}\n${inWork.join('\n')}`);
  return EXIT.done;
}

async function showCompleted(terminal: Terminal, { session, runbooks, handle }: FoundRun): Promise<ExitCode> {
  const result = (await handle.result()) as RunResult | DryRunResult;
  const answered = !terminal.json && (await activePollers(session, CONTROL_QUEUE, 'workflow')).length > 0;
  const last = answered ? await lookAtRun(session, handle, null) : null;
  const code = showEnd(terminal, { result, last }, runbooks);
  if (last !== null && last.status.notes.length > 0) terminal.say(`\n${renderNotes(last.status, terminal)}`);
  if (!answered)
    terminal.say('\nNo worker runs, so the rows of the ledger cannot be shown. `npx fettle timeline` needs none.');
  return code;
}

/** A run that ended without a result: what it failed with, or what its history lets us know of each target. */
async function showBroken(terminal: Terminal, found: FoundRun): Promise<ExitCode> {
  const { run, handle, runbooks } = found;
  if (run.status === 'FAILED') {
    terminal.say(`${run.workflowId} failed before it touched anything.`);
    await handle.result();
    throw new CommandError(EXIT.internal, 'RunFailed', `${run.workflowId} is told as failed and yet has a result.`);
  }
  const { status, entries } = await readClosedRun(found);
  terminal.document(status);
  terminal.say(`${renderStatus(status, terminal)}\n`);
  terminal.say(renderLedger(entries, viewOf(runbooks, status.runbook), terminal));
  terminal.say(
    '\nThe run was ended from outside and closed nothing itself: look at every target that is not "succeeded".',
  );
  return EXIT.notAllSucceeded;
}
