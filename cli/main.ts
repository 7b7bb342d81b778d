import { CommanderError } from 'commander';
import { RUNBOOKS } from '../runbooks/index.ts';
import { errorDocument, errorText, reportError } from './error-report.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';
import type { Streams } from './terminal.ts';

/**
 * The `fettle` command.
 * @param argv the words after the command's name
 * @returns the exit code (exit-codes.ts); nothing is thrown, everything is told on `streams`
 */
export async function main(argv: string[], streams: Streams = process, runbooks = RUNBOOKS): Promise<ExitCode> {
  if (streams === process) surviveClosedPipe();
  let code: ExitCode = EXIT.done;
  const json = argv.includes('--json');
  const program = createProgram(streams, json, (given) => (code = given), runbooks);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end by an exception as well; there is nothing to tell.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    // A command that was given without its subcommand has printed the help already.
    if (error instanceof CommanderError && error.code === 'commander.help' && !json) return EXIT.badInput;
    const report = reportError(error);
    streams.stderr.write(`${json ? JSON.stringify(errorDocument(report)) : errorText(report)}\n`);
    return report.exitCode;
  }
}

/** `fettle ... | head` closes the pipe: whoever reads has seen enough, and a run or lab in hand must still end in order. */
function surviveClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
