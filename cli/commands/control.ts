import type { Command } from 'commander';
import type { ControlName } from '../../model/messages.ts';
import type { Action } from '../action.ts';
import { operatorName, withSession } from '../connect.ts';
import type { ConnectionFlags } from '../connect.ts';
import { controlRun } from '../control-run.ts';
import { badInput } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { withConnection } from '../options.ts';
import { findRun } from '../run-reference.ts';
import type { Terminal } from '../terminal.ts';

export interface ControlFlags extends ConnectionFlags {
  reason: string;
  by?: string;
}

const COMMANDS = {
  pause: 'start nothing new; targets in work finish',
  resume: 'go on after a pause',
  abort: 'stop at the safe point; no install or reboot is cut off',
} as const;

/** `fettle pause|resume|abort`: the operator's control of a run. */
export function addControls(program: Command, action: Action): void {
  for (const [name, description] of Object.entries(COMMANDS) as [keyof typeof COMMANDS, string][]) {
    withReason(withConnection(program.command(name).description(description)).argument('<run>')).action(
      action<ControlFlags>(async (terminal, flags, reference = '') => sendControl(terminal, flags, name, reference)),
    );
  }
}

/** `--reason`, which every change of a run needs, and who claims to make it. */
export function withReason(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; it goes on the record')
    .option('--by <name>', 'who asks; recorded as a claim, since nobody proves it (your login name when left out)');
}

/** Sends one control message and prints the run's answer. */
export async function sendControl(
  terminal: Terminal,
  flags: ControlFlags,
  name: ControlName,
  reference: string,
  host?: string,
): Promise<ExitCode> {
  if (flags.reason.trim() === '') {
    throw badInput('A change needs a reason; nothing was changed.', [
      { path: '--reason', message: 'is empty', expected: 'why you do it, in words that somebody will read later' },
    ]);
  }
  return await withSession(flags, async (session) => {
    const found = await findRun(session, reference);
    const payload = { reason: flags.reason, by: flags.by ?? operatorName(), ...(host === undefined ? {} : { host }) };
    const answer = await controlRun(session, found, name, payload);
    terminal.document({ runId: found.run.workflowId, ...answer });
    terminal.say(`${found.run.workflowId}: ${answer.text}`);
    terminal.say(`Recorded as unattributed (says "${payload.by}"). Next: npx fettle watch ${found.run.workflowId}`);
    return EXIT.done;
  });
}
