import type { Command } from 'commander';
import { checkoutDir } from '../../workers/checkout.ts';
import { scriptHashes } from '../../workers/script-hashes.ts';
import type { Action } from '../action.ts';
import { badInput } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { withJson } from '../options.ts';
import { facts } from '../render/plan.ts';

/** `fettle scripts check`: syntax and contracts of every script, and the hashes that plans are bound to. */
export function addScripts(program: Command, action: Action): void {
  const scripts = program.command('scripts').description('the PowerShell scripts of the runbooks');
  withJson(scripts.command('check').description('syntax, contracts and hashes of all scripts')).action(
    action<object>(async (terminal) => {
      // The grammar is a development package: only this command may fail for want of it.
      const { checkScripts } = await import('../../activities/powershell/scripts-check.ts');
      const problems = await checkScripts(checkoutDir);
      if (problems.length > 0) throw badInput(`${problems.length} problems in the scripts.`, problems);
      const hashes = await scriptHashes();
      terminal.document({ problems, scripts: hashes });
      terminal.say(
        `${facts(Object.entries(hashes))}\n\nEvery script parses and fits its contract. Plans are bound to these SHA-256 hashes.`,
      );
      return EXIT.done;
    }),
  );
}
