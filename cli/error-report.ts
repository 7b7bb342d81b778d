import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TemporalFailure, TerminatedFailure } from '@temporalio/common';
import { CommanderError } from 'commander';
import { failureRule, isFailureType } from '../model/failures.ts';
import type { Problem } from '../model/problems.ts';
import { CommandError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { renderProblems } from './render/problems.ts';

/** How an error is told: to the shell by code, to a program as a document, to a person as text. */
export interface ErrorReport {
  exitCode: ExitCode;
  type: string;
  message: string;
  problems: Problem[];
  /** Only for errors of Fettle itself: whoever reports one needs it. */
  stack: string | null;
}

/** Exit codes of failure types that end a run before it began; every other type is an error of the run (1). */
const FAILURE_EXITS: Readonly<Record<string, ExitCode>> = {
  InvalidInput: EXIT.badInput,
  PlanTooLarge: EXIT.badInput,
  PlanRefused: EXIT.refused,
  Draining: EXIT.refused,
  TargetBusy: EXIT.refused,
  LockBusy: EXIT.refused,
  LockInDoubt: EXIT.refused,
  NoWorker: EXIT.unreachable,
};

/** UNAVAILABLE and DEADLINE_EXCEEDED of gRPC. */
const UNREACHABLE_CODES: ReadonlySet<number> = new Set([14, 4]);

/** Tells any error that reaches the end of a command. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof CommandError) return { ...pick(error), stack: null };
  if (error instanceof CommanderError) return plain(EXIT.badInput, 'InvalidArguments', commanderText(error));
  if (error instanceof WorkflowFailedError) return reportFailure(error.cause ?? error);
  if (error instanceof WorkflowUpdateFailedError) {
    return plain(EXIT.refused, 'Refused', rootMessage(error.cause ?? error));
  }
  if (error instanceof WorkflowNotFoundError) {
    return plain(
      EXIT.badInput,
      'InvalidReference',
      'There is no such run on this server. `npx fettle list` shows the runs.',
    );
  }
  if (isUnreachable(error)) {
    return plain(
      EXIT.unreachable,
      'NoServer',
      `The Temporal server does not answer (${rootMessage(error)}). \`npx fettle doctor\` says what is missing.`,
    );
  }
  if (error instanceof TemporalFailure) return reportFailure(error);
  if (isInvalidInput(error))
    return { ...plain(EXIT.badInput, 'InvalidInput', error.message), problems: error.problems };
  return {
    ...plain(EXIT.internal, 'InternalError', rootMessage(error)),
    stack: error instanceof Error ? (error.stack ?? null) : null,
  };
}

/** Tells the failure that ended a run: type and problems travel in the `ApplicationFailure`, perhaps below others. */
export function reportFailure(failure: unknown): ErrorReport {
  for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
      const problems = problemsOf(cause.details);
      return {
        exitCode: FAILURE_EXITS[cause.type] ?? EXIT.internal,
        type: cause.type,
        message: withAdvice(cause.message, failureRule(cause.type).advice, problems.length > 0),
        problems,
        stack: null,
      };
    }
    if (cause instanceof TerminatedFailure) {
      return plain(
        EXIT.internal,
        'Terminated',
        'The run was terminated from outside: `npx fettle status` shows what is known of its targets.',
      );
    }
    if (cause instanceof CancelledFailure)
      return plain(EXIT.internal, 'Cancelled', 'The run was cancelled from outside.');
  }
  return plain(EXIT.internal, 'RunFailed', rootMessage(failure));
}

/** What happened and what to do next, each once; the problems are told apart, so that their lines in the message go. */
function withAdvice(message: string, advice: string, problemsApart: boolean): string {
  const told = problemsApart ? (message.split('\n')[0] ?? message) : message;
  return told.includes(advice) ? told : `${told} ${advice}`;
}

/** One JSON document. Bad input carries `type` and `problems` at the top too, as the failure's details do. */
export function errorDocument(report: ErrorReport): Record<string, unknown> {
  const error = {
    type: report.type,
    message: report.message,
    ...(report.problems.length > 0 ? { problems: report.problems } : {}),
    ...(report.stack === null ? {} : { stack: report.stack }),
  };
  return report.type === 'InvalidInput' ? { type: report.type, problems: report.problems, error } : { error };
}

/** Lines for a person: what happened, every problem, what to do next. */
export function errorText(report: ErrorReport): string {
  const lines = [report.message];
  if (report.problems.length > 0) lines.push(renderProblems(report.problems));
  if (report.stack !== null) {
    lines.push(
      'This is an error of Fettle itself; nothing says that a run was harmed. Please report it with these lines:',
      report.stack,
    );
  }
  return lines.join('\n');
}

/** Whether the error means that no server answered. */
export function isUnreachable(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return UNREACHABLE_CODES.has(cause.code);
  }
  return false;
}

/** Parts below the command line throw errors of their own that carry every problem. */
function isInvalidInput(error: unknown): error is Error & { problems: Problem[] } {
  return error instanceof Error && 'type' in error && error.type === 'InvalidInput' && 'problems' in error;
}

function pick({ exitCode, type, message, problems }: CommandError): Omit<ErrorReport, 'stack'> {
  return { exitCode, type, message, problems };
}

function plain(exitCode: ExitCode, type: string, message: string): ErrorReport {
  return { exitCode, type, message, problems: [], stack: null };
}

function commanderText(error: CommanderError): string {
  if (error.code === 'commander.help') return 'A subcommand is missing: `npx fettle --help` lists them.';
  return `${error.message.replace(/^error: /, '')}\n\`npx fettle --help\` lists the commands, \`npx fettle COMMAND --help\` the options of one.`;
}

function problemsOf(details: unknown): Problem[] {
  const first: unknown = Array.isArray(details) ? details[0] : null;
  if (typeof first !== 'object' || first === null || !('problems' in first)) return [];
  return Array.isArray(first.problems) ? (first.problems as Problem[]) : [];
}

/** The message nearest to the cause: Temporal wraps the telling one in general ones. */
function rootMessage(error: unknown): string {
  let message = String(error);
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) message = cause.message || message;
  return message;
}
