import type { ShellLog } from './settings.ts';
import type { Said } from './shell.ts';

/** A line for each thing that a script said beside its result, for the step's record. */
export function linesOf(script: string, said: readonly Said[]): string[] {
  return said.map(({ kind, text }) => `${kind} of ${script}: ${text}`);
}

/** The same for the log. */
export function report(log: ShellLog, script: string, host: string, said: readonly Said[]): void {
  if (said.length === 0) return;
  const isWarning = said.some(({ kind }) => kind === 'warning' || kind === 'passed-over error');
  log[isWarning ? 'warn' : 'debug']('Script output', { script, host, said });
}
