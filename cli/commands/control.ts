import type { Command } from 'commander';
import type { ControlName } from '../../model/messages.ts';
import type { Action } from '../action.ts';
import { operatorName, type ConnectionFlags } from '../connect.ts';
import { controlRun } from '../control-run.ts';
import { badInput } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { withConnection } from '../options.ts';
import { withRun } from '../run-reference.ts';
import type { Runbooks } from '../runbooks.ts';
import { findTarget } from '../target-reference.ts';
import type { Terminal } from '../terminal.ts';

export interface ControlFlags extends ConnectionFlags {
  reason: string;
  by?: string;
}

/** What the operator asks for, of which run, and of which of its targets where it is about one. */
interface ControlOrder {
  name: ControlName;
  reference: string;
  target?: string;
}

const COMMANDS = {
  pause: 'start nothing new; targets in work finish',
  resume: 'go on after a pause',
  abort: 'stop at the safe point; no install or reboot is cut off',
} as const;

/** `fettle pause|resume|abort`: the operator's control of a run. */
export function addControls(program: Command, action: Action, runbooks: Runbooks): void {
  for (const [name, description] of Object.entries(COMMANDS) as [keyof typeof COMMANDS, string][]) {
    withReason(withConnection(program.command(name).description(description)).argument('<run>')).action(
      action<ControlFlags>(async (terminal, flags, reference = '') =>
        sendControl(terminal, flags, runbooks, { name, reference }),
      ),
    );
  }
}

/** `--reason`, which every change of a run needs, and who claims to make it. */
export function withReason(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; it goes on the record')
    .option('--by <name>', 'who asks; recorded as a claim, since nobody proves it (your login name when left out)');
}

/** @throws {CommandError} `InvalidInput` (exit 2) for a reason that says nothing. */
export function requireReason(reason: string): void {
  if (reason.trim() !== '') return;
  throw badInput('A change needs a reason; nothing was changed.', [
    { path: '--reason', message: 'is empty', expected: 'why you do it, in words that somebody will read later' },
  ]);
}

/** Sends one control message and prints the run's answer. */
export async function sendControl(
  terminal: Terminal,
  flags: ControlFlags,
  runbooks: Runbooks,
  { name, reference, target: given }: ControlOrder,
): Promise<ExitCode> {
  requireReason(flags.reason);
  return await withRun(flags, runbooks, reference, async (found) => {
    const target = given === undefined ? {} : { target: await findTarget(found, given) };
    const payload = { reason: flags.reason, by: flags.by ?? operatorName(), ...target };
    const answer = await controlRun(found, name, payload);
    terminal.document({ runId: found.run.workflowId, ...answer });
    terminal.say(`${found.run.workflowId}: ${answer.text}`);
    const recorded = answer.way === 'update' ? `Recorded as unattributed (says "${payload.by}"). ` : '';
    terminal.say(`${recorded}Next: npx fettle watch ${found.run.workflowId}`);
    return EXIT.done;
  });
}
