import type { SystemOutcome } from '../step/outcome.ts';
import { idHead } from './exchange-outcome.ts';
import type { ShellLog } from './settings.ts';
import type { CallEnd, ScriptFailure, SideOutput } from './shell.ts';

/** A call's end as steps know the outcomes of every system. */
export function systemOutcome<R>(outcome: CallEnd<R>): SystemOutcome<R> {
  switch (outcome.kind) {
    case 'result':
      return { kind: 'result', result: outcome.result };
    case 'script-failed': {
      const { hresult, id } = outcome.failure;
      return { kind: 'failed', message: textOf(outcome.failure), keys: [hresult, id, idHead(id)], hresult };
    }
    case 'contract-violation':
      return outcome.side === 'result'
        ? { kind: 'broke-contract', message: outcome.message }
        : { kind: 'refused', type: 'ContractViolation', message: outcome.message };
    case 'not-sent':
      return { kind: 'refused', type: outcome.type, message: outcome.message };
    case 'connect-failed':
      return { kind: 'refused', type: 'HostUnreachable', message: outcome.message };
    case 'shell-failed':
      return outcome.started
        ? { kind: 'caller-failed', message: outcome.message }
        : { kind: 'refused', type: 'ShellFailure', message: outcome.message };
    case 'timeout':
      return { kind: 'timed-out', message: outcome.message };
    case 'cancelled':
      return { kind: 'cancelled', message: outcome.message, started: outcome.started };
    default:
      return { kind: 'lost', message: outcome.message };
  }
}

function textOf({ message, hresult, category, line }: ScriptFailure): string {
  const told = [hresult, category, line === null ? '' : `line ${line}`].filter((text) => text !== '');
  return told.length === 0 ? message : `${message} (${told.join(', ')})`;
}

const KINDS: Readonly<Record<keyof SideOutput, string>> = {
  warnings: 'warning',
  softErrors: 'error that the script went on after',
  information: 'information',
  verbose: 'verbose',
  stray: 'stray output',
};

/** A line for each thing that a script said beside its result, for the step's record. */
export function* linesOf(script: string, said: SideOutput): Iterable<string> {
  for (const kind of Object.keys(KINDS) as (keyof SideOutput)[])
    for (const text of said[kind]) yield `${KINDS[kind]} of ${script}: ${text}`;
}

/** The same for the log. */
export function report(log: ShellLog, script: string, host: string, said: SideOutput): void {
  const { warnings, softErrors, ...rest } = said;
  if (warnings.length + softErrors.length > 0) log.warn('Script warned', { script, host, warnings, softErrors });
  if (Object.values(rest).some((lines) => lines.length > 0)) log.debug('Script output', { script, host, ...rest });
}
