import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import { Terminal, type Streams } from './terminal.ts';

/** Wraps a command's work for commander: hands it a terminal, its options and arguments, and keeps its exit code. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- commander hands options over untyped: F is what the command declared
export type Action = <F extends object>(
  work: (terminal: Terminal, flags: F, ...args: string[]) => Promise<ExitCode>,
) => (...given: unknown[]) => Promise<void>;

export function createAction(streams: Streams, keep: (code: ExitCode) => void): Action {
  return <F extends object>(work: (terminal: Terminal, flags: F, ...args: string[]) => Promise<ExitCode>) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const flags = command.optsWithGlobals<F & { json?: boolean }>();
      const args = given.slice(0, -2).map((arg) => (typeof arg === 'string' ? arg : ''));
      keep(await work(new Terminal(streams, flags.json === true), flags, ...args));
    };
}
