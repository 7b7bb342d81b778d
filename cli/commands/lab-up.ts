import type { Command } from 'commander';
import { startLab, type StartLabOptions } from '../../lab/lab.ts';
import { readEnvironment } from '../../workers/config.ts';
import { createLog, type Log } from '../../workers/log.ts';
import type { Action } from '../action.ts';
import { EXIT } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { wholeNumber, withJson } from '../options.ts';
import { facts } from '../render/plan.ts';
import type { Runbooks } from '../runbooks.ts';
import type { Terminal } from '../terminal.ts';

export interface LabFlags {
  hosts?: number;
  seed?: number;
  scale?: number;
}

const MOST_HOSTS = 5000;
const MOST = 1_000_000;
/** At this pace a reboot takes a tenth of a second. */
const MOST_SCALE = 3_000;

/** `fettle lab up`: the lab in the foreground, with its worker, until Ctrl-C. */
export function addLab(program: Command, action: Action, runbooks: Runbooks): void {
  const lab = program.command('lab').description('the embedded plant with its own Temporal server');
  withLabOptions(
    withJson(lab.command('up').description('run the lab in the foreground, with its worker, until Ctrl-C')),
  )
    .option(
      '--db <file>',
      'SQLite file that keeps runs when the lab is started again; the hosts begin anew, so runs that had one in work end in questions',
    )
    .action(
      action<LabFlags & { db?: string }>(async (terminal, flags) => {
        terminal.progress('Starting the lab.');
        const running = await startLab({
          ...labOptions(terminal, flags),
          runbooks,
          ...(flags.db === undefined ? {} : { dbFile: flags.db }),
        });
        const interrupt = onInterrupt();
        try {
          const { address, namespace, ui, plant } = running;
          terminal.document({ address, namespace, ui, plant: plant.url });
          terminal.say(
            `${facts([
              ['Temporal', `${address}, namespace ${namespace}`],
              ['Web UI', ui ?? 'none'],
              ['Plant', plant.url],
              ['Hosts', `${running.organisation.inventory.hosts.length}, simulated`],
            ])}\n\nOther commands in this folder find it by themselves, for example:\n  npx fettle start patch-window --input runbooks/patch-window/example.yaml --wait\nCtrl-C stops it.`,
          );
          await Promise.race([interrupt.first, running.closed]);
          return EXIT.done;
        } finally {
          interrupt.stop();
          await running.close();
          terminal.progress('The lab was stopped.');
        }
      }),
    );
}

/** Options that say what the plant is like. */
export function withLabOptions(command: Command): Command {
  return command
    .option('--hosts <number>', 'generated hosts instead of the configured inventory', wholeNumber(1, MOST_HOSTS))
    .option('--seed <number>', 'the same seed gives the same plant', wholeNumber(0, MOST))
    .option('--scale <number>', 'how many times faster than real hosts the plant works', wholeNumber(1, MOST_SCALE));
}

/** What the flags say, for the lab. */
export function labOptions(terminal: Terminal, { hosts, seed, scale }: LabFlags): StartLabOptions {
  return {
    log: labLog(terminal),
    onProgress: (text) => terminal.progress(text),
    ...(hosts === undefined ? {} : { hosts }),
    ...(seed === undefined ? {} : { seed }),
    ...(scale === undefined ? {} : { scale }),
  };
}

/**
 * The log of a lab in the foreground, on standard error. Quiet but for errors, since the command itself tells what happens;
 * FETTLE_LOG_LEVEL asks for more.
 */
function labLog(terminal: Terminal): Log {
  const { logLevel, variables } = readEnvironment();
  const asked = variables['FETTLE_LOG_LEVEL'] !== undefined;
  return createLog({
    level: asked ? logLevel : 'error',
    readable: terminal.streams.stderr.isTTY === true,
    colours: terminal.colours.isColorSupported,
  });
}
