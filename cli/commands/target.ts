import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { withConnection } from '../options.ts';
import type { Runbooks } from '../runbooks.ts';
import { sendControl, withReason, type ControlFlags } from './control.ts';

const COMMANDS = {
  retry: { message: 'retryTarget', description: 'give a target that ended another turn' },
  skip: { message: 'skipTarget', description: 'leave a target out; one in work stops at its safe point' },
} as const;

/** `fettle target retry|skip`: the operator's control of one target; `fettle host` is the same, for hosts. */
export function addTarget(program: Command, action: Action, runbooks: Runbooks): void {
  for (const noun of ['target', 'host']) {
    const group = program.command(noun).description(`operator's control of one ${noun}`);
    for (const [name, { message, description }] of Object.entries(COMMANDS)) {
      const command = withReason(withConnection(group.command(name).description(description)));
      command.argument('<run>').argument(`<${noun}>`);
      command.action(
        action<ControlFlags>(async (terminal, flags, reference = '', target = '') =>
          sendControl(terminal, flags, runbooks, { name: message, reference, target }),
        ),
      );
    }
  }
}
