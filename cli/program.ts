import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { createAction } from './action.ts';
import { commandTools } from './command-tools.ts';
import { addConfig } from './commands/config-check.ts';
import { addControls } from './commands/control.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDrain } from './commands/drain.ts';
import { addHandover } from './commands/handover.ts';
import { addLab } from './commands/lab-up.ts';
import { addList } from './commands/list.ts';
import { addPlan } from './commands/plan.ts';
import { addScripts } from './commands/scripts.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addTarget } from './commands/target.ts';
import { addTimeline } from './commands/timeline.ts';
import { addWatch } from './commands/watch.ts';
import { addWorker } from './commands/worker.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Runbooks } from './runbooks.ts';
import type { Streams } from './terminal.ts';

const EXIT_HELP = `
RUN is a workflow id, the beginning of one, or a change ticket.

Exit codes
  0  done; for a run that has ended, every target succeeded
  1  an error of Fettle itself
  2  bad input or configuration (all findings printed)
  3  the run ended, but not every target succeeded
  4  nothing reachable (no server or no worker: says which)
  5  refused (by a guard, by the run, or because it has ended)`;

/** Puts the command line together, with the commands of the runbooks last. Parsing errors are thrown, never an exit of the process. */
export function createProgram(
  streams: Streams,
  json: boolean,
  keep: (code: ExitCode) => void,
  runbooks: Runbooks,
): Command {
  const program = new Command('fettle')
    .description('Durable, auditable maintenance runbooks on Temporal.')
    .version(version(), '-V, --version')
    .addHelpText('after', EXIT_HELP)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      // What commander would print about an error is told by the one place that tells errors; help goes where it belongs.
      writeErr: (text) => (json ? undefined : streams.stderr.write(text)),
      outputError: () => undefined,
    });
  const action = createAction(streams, keep);
  for (const add of [
    addDemo,
    addLab,
    addWorker,
    addDoctor,
    addConfig,
    addPlan,
    addStart,
    addList,
    addStatus,
    addWatch,
    addTimeline,
    addControls,
    addTarget,
    addHandover,
    addDrain,
    addScripts,
  ]) {
    add(program, action, runbooks);
  }
  for (const runbook of runbooks) runbook.commands?.(program, commandTools(action));
  return program;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}
