import { canonicalName } from '../model/inventory.ts';
import type { LedgerEntry } from '../model/run.ts';
import { badReference } from './errors.ts';
import { requireWorker } from './pollers.ts';
import type { FoundRun } from './run-reference.ts';
import { readLedger } from './run-state.ts';

/** Finds the target among those of the run. A run that has ended answers for itself. */
export async function findTarget({ session, run, handle }: FoundRun, given: string): Promise<string> {
  if (run.status !== 'RUNNING') return canonicalName(given);
  await requireWorker(session);
  return chooseTarget(given, await readLedger(session, handle));
}

/** The target that a TARGET argument means: its id, or the first label of a host's name where only one target has it. */
function chooseTarget(given: string, entries: Pick<LedgerEntry, 'id'>[]): string {
  const name = canonicalName(given);
  const named = (part: (id: string) => string | undefined) =>
    entries.map(({ id }) => id).filter((id) => part(id.toLowerCase()) === name);
  const whole = named((id) => id);
  const matches = whole.length > 0 ? whole : named((id) => id.split('.')[0]);
  const [only, ...others] = matches;
  if (only !== undefined && others.length === 0) return only;
  // While the run plans it has no targets yet: the run itself answers then.
  if (entries.length === 0) return name;
  throw badReference(
    only === undefined
      ? `"${given}" is no target of this run. \`npx fettle status\` shows its targets.`
      : `"${given}" may mean several targets. Give the full name.`,
    matches.map((id) => ({ path: id, message: 'is a target', expected: '' })),
  );
}
