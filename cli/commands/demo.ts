import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { startLab, type Lab } from '../../lab/lab.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import type { Action } from '../action.ts';
import { openSession, type Session } from '../connect.ts';
import { runDemo } from '../demo-run.ts';
import { readInputFile } from '../input-file.ts';
import { onInterrupt, type Interrupt } from '../interrupt.ts';
import { withJson } from '../options.ts';
import { parseRunbookInput } from '../runbook-input.ts';
import { findRunbook, type Runbooks } from '../runbooks.ts';
import type { Terminal } from '../terminal.ts';
import { labOptions, withLabOptions, type LabFlags } from './lab-up.ts';

interface DemoFlags extends LabFlags {
  keep?: boolean;
}

/** `fettle demo`: a lab with its default troubles, an example run over it, shown live. Stops what it started. */
export function addDemo(program: Command, action: Action, runbooks: Runbooks): void {
  withLabOptions(
    withJson(program.command('demo').description('an example run over a simulated plant, live; stops what it started')),
  )
    .argument('[runbook]', 'which runbook to show', 'patch-window')
    .option('--keep', 'leave the lab running afterwards, until Ctrl-C')
    .action(
      action<DemoFlags>(async (terminal, flags, name = '') => {
        const runbook = findRunbook(runbooks, name);
        const example = relative(checkoutDir, fileURLToPath(runbook.example));
        const file = await readInputFile(fileURLToPath(runbook.example), terminal.streams.stdin);
        const input = parseRunbookInput(runbook, file, false);
        terminal.progress('Starting the lab: a Temporal server with its Web UI, a simulated plant, and a worker.');
        const lab = await startLab({ ...labOptions(terminal, flags), runbooks });
        const interrupt = onInterrupt();
        let session: Session | null = null;
        try {
          session = await openSession({ ...lab, source: 'the lab of this demo', options: { address: lab.address } });
          terminal.progress(
            `Lab is up: ${lab.organisation.inventory.hosts.length} simulated hosts, Web UI ${lab.ui ?? '(none)'}`,
          );
          const code = await runDemo({ terminal, session, runbook, input, interrupt, labFailed: lab.closed });
          if (flags.keep) await keepRunning(terminal, lab, interrupt, `${runbook.name} --input ${example}`);
          return code;
        } finally {
          await session?.close();
          await lab.close();
          // Only now: a further Ctrl-C would end the process amid the closing.
          interrupt.stop();
          terminal.progress(
            `The lab was stopped, its Web UI with it.${flags.keep ? '' : ' `--keep` leaves it running to look around.'}`,
          );
        }
      }),
    );
}

/** Leaves the lab up until Ctrl-C, and says how to look around. */
async function keepRunning(terminal: Terminal, lab: Lab, interrupt: Interrupt, example: string): Promise<void> {
  terminal.progress(
    [
      '',
      'The lab keeps running until Ctrl-C. In another terminal, in this folder:',
      '  npx fettle list                     what ran',
      '  npx fettle status RUN               one run with its ledger',
      '  npx fettle timeline RUN             who did what when',
      `  npx fettle plan ${example}`,
      `  npx fettle start ${example} --wait`,
      `Web UI: ${lab.ui ?? '(none)'}`,
      `Plant:  ${lab.plant.url}`,
    ].join('\n'),
  );
  await Promise.race([interrupt.first, interrupt.second, lab.closed]);
}
