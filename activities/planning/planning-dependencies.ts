import type { Drain } from '../../model/drain.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { Runbook } from '../../runbooks/runbook.ts';
import { refusal } from './refusal.ts';

/** What planning is made from. `organisation` is asked at every call, so that configuration read anew counts at once. */
export interface PlanningDependencies {
  organisation: () => Organisation;
  runbooks: readonly Runbook[];
  /** The drain that is set now, or null; asked for whenever a run begins. */
  readDrain: () => Promise<Drain | null>;
  /** SHA-256 of every script and host module that the worker started with, by file name. */
  scripts: Record<string, string>;
}

/** The runbook of that name; `InvalidInput` where this worker has none, since it is of an older build than the run. */
export function runbookOf({ runbooks }: PlanningDependencies, name: string): Runbook {
  const found = runbooks.find((runbook) => runbook.name === name);
  if (found !== undefined) return found;
  const problem = {
    path: '',
    message: `this worker has no runbook ${name}`,
    expected: 'a worker of a build that has it',
  };
  throw refusal('InvalidInput', [problem]);
}
