import type { Command } from 'commander';
import type { LedgerEntry } from '../../model/run.ts';
import { canonicalName } from '../../model/inventory.ts';
import type { Action } from '../action.ts';
import { withConnection } from '../options.ts';
import { badReference } from '../errors.ts';
import { withSession } from '../connect.ts';
import { requireWorker } from '../pollers.ts';
import { findRun } from '../run-reference.ts';
import { readLedger } from '../run-state.ts';
import { sendControl, withReason } from './control.ts';
import type { ControlFlags } from './control.ts';

const COMMANDS = {
  retry: { message: 'retryHost', description: 'give a target that ended another turn' },
  skip: { message: 'skipHost', description: 'leave a target out; one in work stops at its safe point' },
} as const;

/** `fettle host retry|skip`: the operator's control of one target. */
export function addHost(program: Command, action: Action): void {
  const host = program.command('host').description("operator's control of one target");
  for (const [name, { message, description }] of Object.entries(COMMANDS)) {
    withReason(withConnection(host.command(name).description(description)).argument('<run>').argument('<host>')).action(
      action<ControlFlags>(async (terminal, flags, reference = '', given = '') => {
        const full = await withSession(flags, async (session) => {
          const { handle, run } = await findRun(session, reference);
          if (run.status !== 'RUNNING') return canonicalName(given);
          await requireWorker(session);
          return chooseHost(given, await readLedger(session, handle));
        });
        return await sendControl(terminal, flags, message, reference, full);
      }),
    );
  }
}

/** The target that a HOST argument means: its full name, or its first label where only one target has it. */
export function chooseHost(given: string, entries: Pick<LedgerEntry, 'host'>[]): string {
  const name = canonicalName(given);
  const matches = entries.filter(({ host }) => host === name || host.split('.')[0] === name).map(({ host }) => host);
  const [only, ...others] = matches.includes(name) ? [name] : matches;
  if (only !== undefined && others.length === 0) return only;
  // While the run plans it has no targets yet: the run itself answers then.
  if (entries.length === 0) return name;
  throw badReference(
    only === undefined
      ? `"${given}" is no target of this run. \`npx fettle status\` shows its targets.`
      : `"${given}" may mean several targets. Give the full name.`,
    matches.map((host) => ({ path: host, message: 'is a target', expected: '' })),
  );
}
