import type { Organisation } from '../../model/organisation.ts';
import type { Shell } from '../powershell/shell.ts';
import type { ShellLog } from '../powershell/settings.ts';

/** What the steps of every runbook are made from. `organisation` is asked at every call, so that an inventory read anew counts at once. */
export interface StepDependencies {
  shell: Shell;
  organisation: () => Organisation;
  /** SHA-256 by file name of what this worker would run. */
  scripts: Readonly<Record<string, string>>;
  log?: ShellLog;
}
