import type { Command } from 'commander';
import type { DryRunResult } from '../../model/run.ts';
import type { Action } from '../action.ts';
import { withSession, type ConnectionFlags } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { readInputFile } from '../input-file.ts';
import { withConnection } from '../options.ts';
import { requireWorker } from '../pollers.ts';
import { renderPlan } from '../render/plan.ts';
import { parseRunbookInput } from '../runbook-input.ts';
import { findRunbook, type Runbooks } from '../runbooks.ts';
import { startRun } from '../start-run.ts';

interface PlanFlags extends ConnectionFlags {
  input: string;
  link?: boolean;
}

/** `fettle plan`: the dry run. Prints the frozen plan with its hash; nothing is touched. */
export function addPlan(program: Command, action: Action, runbooks: Runbooks): void {
  withConnection(program.command('plan').description('the dry run: the frozen plan with its hash, and nothing touched'))
    .argument('<runbook>', 'such as patch-window')
    .requiredOption('--input <file>', 'YAML or JSON; - reads standard input')
    .option('--link', "print the link to the Web UI's start form, filled with this input")
    .action(
      action<PlanFlags>(async (terminal, flags, name = '') => {
        const runbook = findRunbook(runbooks, name);
        const input = parseRunbookInput(runbook, await readInputFile(flags.input, terminal.streams.stdin), true);
        return await withSession(flags, async (session) => {
          await requireWorker(session);
          const { handle, started } = await startRun(session, runbook, input, true);
          terminal.warn(`Planning (${started.runId}); nothing is touched.`);
          const { plan } = (await handle.result()) as DryRunResult;
          terminal.document(plan);
          terminal.say(renderPlan(plan, runbook.view, terminal));
          const say = terminal.json ? terminal.warn.bind(terminal) : terminal.say.bind(terminal);
          if (flags.link) say(`\nStart form with this input: ${started.formLink ?? NO_UI}`);
          terminal.say(`\nTo start it: npx fettle start ${runbook.name} --input ${flags.input}`);
          return EXIT.done;
        });
      }),
    );
}

/** What stands in place of a link when nobody told where the Web UI is. */
export const NO_UI = 'not known; name the Web UI with --ui URL';
