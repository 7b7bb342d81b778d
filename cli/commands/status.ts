import type { Command } from 'commander';
import type { WorkflowHandle } from '@temporalio/client';
import type { DryRunResult, RunResult } from '../../model/run.ts';
import type { Action } from '../action.ts';
import { withSession } from '../connect.ts';
import type { ConnectionFlags, Session } from '../connect.ts';
import { CommandError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readClosedRun } from '../history/closed-run.ts';
import { showEnd } from '../follow-to-end.ts';
import { withConnection } from '../options.ts';
import { activePollers, requireWorker } from '../pollers.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import { renderLedger } from '../render/ledger.ts';
import { renderNotes, renderStatus } from '../render/run.ts';
import { findRun } from '../run-reference.ts';
import type { RunCandidate } from '../run-reference.ts';
import { ask, readLedger } from '../run-state.ts';
import { lookAtRun } from '../live/view.ts';
import type { Terminal } from '../terminal.ts';

/** `fettle status`: one run's state and ledger. An ended run is read from its history, where no worker is needed. */
export function addStatus(program: Command, action: Action): void {
  withConnection(
    program
      .command('status')
      .description("one run's state and ledger; of an ended run its exit code tells how it ended"),
  )
    .argument('<run>')
    .action(
      action<ConnectionFlags>(async (terminal, flags, reference = '') =>
        withSession(flags, async (session) => {
          const { run, handle } = await findRun(session, reference);
          if (run.status === 'RUNNING') return await showRunning(terminal, session, handle);
          return await showEnded(terminal, session, run, handle);
        }),
      ),
    );
}

/** A run that has ended: how, and what it left. Its exit code is the run's. */
export async function showEnded(
  terminal: Terminal,
  session: Session,
  run: RunCandidate,
  handle: WorkflowHandle,
): Promise<ExitCode> {
  if (run.status === 'COMPLETED') return await showCompleted(terminal, session, handle);
  return await showBroken(terminal, session, run, handle);
}

async function showRunning(terminal: Terminal, session: Session, handle: WorkflowHandle): Promise<ExitCode> {
  await requireWorker(session);
  const status = await ask(session, handle, 'status');
  terminal.document(status);
  if (terminal.json) return EXIT.done;
  const entries = await readLedger(session, handle);
  terminal.say(`${renderStatus(status, terminal, entries)}\n`);
  terminal.say(renderLedger(entries, terminal));
  return EXIT.done;
}

async function showCompleted(terminal: Terminal, session: Session, handle: WorkflowHandle): Promise<ExitCode> {
  const result = (await handle.result()) as RunResult | DryRunResult;
  const answered = !terminal.json && (await activePollers(session, CONTROL_QUEUE, 'workflow')).length > 0;
  const last = answered ? await lookAtRun(session, handle, null) : null;
  const code = showEnd(terminal, { result, last });
  if (last !== null && last.status.notes.length > 0) terminal.say(`\n${renderNotes(last.status.notes, terminal)}`);
  if (!answered)
    terminal.say('\nNo worker runs, so the rows of the ledger cannot be shown. `npx fettle timeline` needs none.');
  return code;
}

/** A run that ended without a result: what it failed with, or what its history lets us know of each target. */
async function showBroken(
  terminal: Terminal,
  session: Session,
  run: RunCandidate,
  handle: WorkflowHandle,
): Promise<ExitCode> {
  if (run.status === 'FAILED') {
    terminal.say(`${run.workflowId} failed before it touched anything.`);
    await handle.result();
    throw new CommandError(EXIT.internal, 'RunFailed', `${run.workflowId} is told as failed and yet has a result.`);
  }
  const { status, entries } = await readClosedRun(session, run);
  terminal.document(status);
  terminal.say(`${renderStatus(status, terminal)}\n`);
  terminal.say(renderLedger(entries, terminal));
  terminal.say(
    '\nThe run was ended from outside and closed nothing itself: look at every target that is not "succeeded".',
  );
  return EXIT.notAllSucceeded;
}
