import type { ShellLog } from './settings.ts';
import type { SideOutput } from './shell.ts';

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
