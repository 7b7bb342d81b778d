import { WorkflowNotFoundError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Command } from 'commander';
import { readDrain } from '../../activities/drain/read-drain.ts';
import { DRAIN, DRAIN_MEMO, drainText, END_DRAIN, type DrainWords } from '../../model/drain.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import type { Action } from '../action.ts';
import { operatorName, withSession, type Session } from '../connect.ts';
import { ANSWER_LIMIT_MS, isUnanswered } from '../control-run.ts';
import { refused } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { withConnection } from '../options.ts';
import { noWorker, requireWorker } from '../pollers.ts';
import { requireReason, withReason, type ControlFlags } from './control.ts';

/** `fettle drain`: no new run begins until `--end`; what is open goes on. */
export function addDrain(program: Command, action: Action): void {
  withReason(
    withConnection(
      program.command('drain').description('refuse new runs, wherever they are started, until --end; open ones go on'),
    ),
  )
    .option('--end', 'let new runs begin again')
    .action(
      action<ControlFlags & { end?: boolean }>(async (terminal, flags) => {
        requireReason(flags.reason);
        const words = { reason: flags.reason, by: flags.by ?? operatorName() };
        return await withSession(flags, async (session) => {
          await (flags.end === true ? endDrain(session, words) : setDrain(session, words));
          const drain = await readDrain(session.client);
          terminal.document({ drain });
          terminal.say(drain === null ? 'New runs begin again.' : `${drainText(drain)}.`);
          if (drain !== null)
            terminal.say(
              'Open runs go on: `npx fettle list`. Whether a new build may take over: `npx fettle worker --check`.',
            );
          return EXIT.done;
        });
      }),
    );
}

/** Needs no worker: the drain is set as soon as the server has it. */
async function setDrain({ client }: Session, words: DrainWords): Promise<void> {
  try {
    await client.workflow.start(DRAIN, {
      workflowId: DRAIN,
      taskQueue: CONTROL_QUEUE,
      args: [words],
      memo: { [DRAIN_MEMO]: words },
      staticSummary: 'No new run begins',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const drain = await readDrain(client);
    throw refused(`Nothing was changed. ${drain === null ? 'A drain has just ended; try again' : drainText(drain)}.`);
  }
}

async function endDrain(session: Session, words: DrainWords): Promise<void> {
  const handle = session.client.workflow.getHandle(DRAIN);
  if ((await readDrain(session.client)) === null) throw refused('No drain is set: new runs begin.');
  await requireWorker(session);
  try {
    await session.connection.withDeadline(Date.now() + ANSWER_LIMIT_MS, async () => {
      await handle.executeUpdate(END_DRAIN, { args: [words] });
      await handle.result();
    });
  } catch (error) {
    if (isUnanswered(error)) throw noWorker(session);
    // Somebody else ended it in the same moment.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
