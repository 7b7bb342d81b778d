import { badInput } from './errors.ts';

/** A runbook as the command line knows it. */
export interface RunbookEntry {
  /** The folder's name. */
  name: string;
  workflowType: string;
}

export const RUNBOOKS: readonly RunbookEntry[] = [{ name: 'patch-window', workflowType: 'patchWindow' }];

/** The runbook of that name; fails with the names there are. */
export function findRunbook(name: string): RunbookEntry {
  const found = RUNBOOKS.find((runbook) => runbook.name === name);
  if (found !== undefined) return found;
  const names = RUNBOOKS.map((runbook) => runbook.name).join(', ');
  throw badInput(`There is no runbook "${name}".`, [
    { path: 'RUNBOOK', message: `"${name}" is not a runbook`, expected: `one of: ${names}` },
  ]);
}
