import type { Command } from 'commander';
import { checkManifest, pinScripts } from '../../activities/powershell/manifest.ts';
import { WINDOWS_MODULE } from '../../activities/powershell/settings.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import type { AnyContract } from '../../model/contract.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { scriptHashes } from '../../workers/script-hashes.ts';
import type { Action } from '../action.ts';
import { badInput } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { withJson } from '../options.ts';
import { renderPins } from '../render/pins.ts';
import { facts } from '../render/plan.ts';
import { countOf } from '../render/count.ts';
import type { Runbooks } from '../runbooks.ts';

/** `fettle scripts`: what may run on a host. */
export function addScripts(program: Command, action: Action, runbooks: Runbooks): void {
  const contracts = runbooks.flatMap((runbook) => Object.values(runbook.contracts));
  const scripts = program.command('scripts').description('the PowerShell scripts of the runbooks');
  addCheck(scripts, action, contracts);
  addPin(scripts, action, contracts);
}

/** `fettle scripts check`: syntax, contracts, rules and manifest of every script, and the hashes that plans are bound to. */
function addCheck(scripts: Command, action: Action, contracts: AnyContract[]): void {
  withJson(scripts.command('check').description('syntax, contracts, rules and manifest of all scripts')).action(
    action<object>(async (terminal) => {
      // The grammar is loaded by this command only: a worker needs none.
      const { checkScripts } = await import('../scripts-check/scripts-check.ts');
      const problems = [...(await checkScripts(checkoutDir, contracts)), ...checkManifest(checkoutDir)];
      if (problems.length > 0) {
        throw badInput(`${countOf(problems.length, 'problem')} in the scripts.`, problems);
      }
      const hashes = await scriptHashes(WINDOWS_MODULE, PLANT_SHELL.hostModule);
      terminal.document({ problems, scripts: hashes });
      terminal.say(
        `${facts(Object.entries(hashes))}\n\nEvery script is pinned, parses and fits its contract. Plans are bound to these SHA-256 hashes.`,
      );
      return EXIT.done;
    }),
  );
}

/** `fettle scripts pin`: makes the manifest for the files as they are, and says what that changed; of files that the check refuses none is pinned. */
function addPin(scripts: Command, action: Action, contracts: AnyContract[]): void {
  withJson(scripts.command('pin').description('pin the SHA-256 of all scripts as they are; says what changed')).action(
    action<object>(async (terminal) => {
      const { checkScripts } = await import('../scripts-check/scripts-check.ts');
      const problems = await checkScripts(checkoutDir, contracts);
      if (problems.length > 0)
        throw badInput(`Nothing was pinned: ${countOf(problems.length, 'problem')} in the scripts.`, problems);
      const changes = pinScripts(checkoutDir);
      terminal.document({ changes });
      terminal.say(renderPins(changes));
      return EXIT.done;
    }),
  );
}
