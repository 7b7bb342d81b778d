import type { Problem } from '../model/problems.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** An end of a command that is not a success, in words for the operator. Never shown with a stack. */
export class CommandError extends Error {
  readonly type: string;
  readonly exitCode: ExitCode;
  readonly problems: Problem[];

  constructor(exitCode: ExitCode, type: string, message: string, problems: Problem[] = []) {
    super(message);
    this.name = 'CommandError';
    this.type = type;
    this.exitCode = exitCode;
    this.problems = problems;
  }
}

/** Bad input or configuration: every problem at once (exit 2). */
export function badInput(message: string, problems: Problem[] = []): CommandError {
  return new CommandError(EXIT.badInput, 'InvalidInput', message, problems);
}

/** A RUN or TARGET argument that names nothing or too much (exit 2). */
export function badReference(message: string, problems: Problem[] = []): CommandError {
  return new CommandError(EXIT.badInput, 'InvalidReference', message, problems);
}

/** No server, or nobody who works on its queue (exit 4). `missing` says which of the two. */
export function unreachable(missing: 'NoServer' | 'NoWorker', message: string): CommandError {
  return new CommandError(EXIT.unreachable, missing, message);
}

/** Understood, and not allowed now (exit 5). */
export function refused(message: string, type = 'Refused'): CommandError {
  return new CommandError(EXIT.refused, type, message);
}
