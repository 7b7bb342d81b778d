import type { RegisteredRunbook } from '../runbooks/define-runbook.ts';
import type { RunbookView } from '../runbooks/runbook.ts';
import { badInput } from './errors.ts';

export type Runbooks = readonly RegisteredRunbook[];

/** The runbook of that name; fails with the names there are. */
export function findRunbook(runbooks: Runbooks, name: string): RegisteredRunbook {
  const found = runbooks.find((runbook) => runbook.name === name);
  if (found !== undefined) return found;
  const names = runbooks.map((runbook) => runbook.name).join(', ');
  throw badInput(`There is no runbook "${name}".`, [
    { path: 'RUNBOOK', message: `"${name}" is not a runbook`, expected: `one of: ${names}` },
  ]);
}

/** Shows what every run has, and nothing else. */
const PLAIN_VIEW: RunbookView = {
  noun: 'target',
  planFacts: () => [],
  planColumns: [],
  ledgerColumns: [],
  troubles: () => [],
  handover: () => [],
  handoverHeadings: {},
};

/** How a run of that runbook is shown: plainly where an older or newer build started it and this one does not know it. */
export function viewOf(runbooks: Runbooks, name: string): RunbookView {
  return runbooks.find((runbook) => runbook.name === name)?.view ?? PLAIN_VIEW;
}
