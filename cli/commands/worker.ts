import { Option, type Command } from 'commander';
import { WINDOWS_MODULE } from '../../activities/powershell/settings.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { readEnvironment, type Environment } from '../../workers/config.ts';
import { connectWorkers, temporalProfile, type WorkerConnection } from '../../workers/connect.ts';
import { createLog, type Log } from '../../workers/log.ts';
import { BuildDoesNotReplay, proveBuild } from '../../workers/prove-build.ts';
import { requireOrganisation } from '../../workers/require-organisation.ts';
import { scriptHashes } from '../../workers/script-hashes.ts';
import { temporalShellMetrics } from '../../workers/shell-metrics.ts';
import { chooseShell, UnusablePowerShell } from '../../workers/shell.ts';
import { startWorkers } from '../../workers/start.ts';
import type { Action } from '../action.ts';
import { badInput, CommandError, unreachable } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { countOf } from '../render/count.ts';
import type { Runbooks } from '../runbooks.ts';
import type { Terminal } from '../terminal.ts';

interface WorkerFlags {
  site?: string[];
  control?: boolean;
  check?: boolean;
}

/**
 * `fettle worker`: workers for production. One that serves workflows first replays what is open, and takes no work where it would
 * go on in another way; `--check` does that alone. Drains when it is asked to end, see `endingSignals`.
 */
export function addWorker(program: Command, action: Action, runbooks: Runbooks): void {
  program
    .command('worker')
    .description(
      'workers for production: configuration from config/ and the environment; drains on SIGTERM and Ctrl-C, on Windows on Ctrl-Break too',
    )
    .option('--site <name>', 'serve this site only; may be given again', (name: string, names?: string[]) => [
      ...(names ?? []),
      name,
    ])
    .option('--control', 'serve the control queue too, where sites are named; without --site every queue is served')
    .addOption(
      new Option('--check', 'only replay what is open on this build, and say whether it may take over').conflicts([
        'site',
        'control',
      ]),
    )
    .action(
      action<WorkerFlags>(async (terminal, flags) => {
        const environment = readEnvironment();
        if (flags.check === true) return await check(environment, terminal);
        const log = createLog({ level: environment.logLevel, readable: terminal.streams.stderr.isTTY === true });
        const organisation = requireOrganisation(environment.configDir);
        const sites = chooseSites(
          flags.site,
          organisation.sites.map(({ name }) => name),
        );
        // Before anything else is started: what runs on hosts is what was reviewed, or nothing runs.
        const scripts = await scriptHashes(environment.plantUrl === null ? WINDOWS_MODULE : PLANT_SHELL.hostModule);
        const temporal = await connectToServer(environment, log);
        const interrupt = onInterrupt();
        const ends: (() => Promise<void>)[] = [() => temporal.close()];
        try {
          const shell = await chooseShell({
            environment,
            plant: PLANT_SHELL,
            metrics: temporalShellMetrics(),
            log,
          }).catch((error: unknown) => {
            if (!(error instanceof UnusablePowerShell)) throw error;
            throw new CommandError(EXIT.badInput, error.name, error.message);
          });
          ends.push(() => shell.close());
          const workers = await startWorkers({
            ...temporal,
            organisation: () => organisation,
            shell,
            scripts,
            sites,
            runbooks,
            withWorkflows: flags.site === undefined || flags.control === true,
            prove: true,
            log,
          }).catch(refuse);
          await Promise.race([interrupt.first, workers.closed]);
          log.info('Draining: no new work is taken; work in hand may end.');
          await Promise.race([workers.shutdown(), interrupt.second]);
          return EXIT.done;
        } finally {
          interrupt.stop();
          for (const end of ends.toReversed()) await end();
        }
      }),
    );
}

/** `--check`: needs no site, no shell and no configuration, only the server. */
async function check(environment: Environment, terminal: Terminal): Promise<ExitCode> {
  // What does not replay is told once, in our words; the runtime's own on it would only alarm.
  const log = createLog({ level: 'fatal', readable: true });
  const temporal = await connectToServer(environment, log);
  try {
    const bundle = await workflowBundle();
    const onProgress = (text: string) => terminal.progress(text);
    const { replayed, closed, others } = await proveBuild({ ...temporal, bundle, onProgress }).catch(refuse);
    const besides = [
      closed > 0 ? `${closed} closed meanwhile` : '',
      others > 0 ? `${others} not of ours, not looked at` : '',
    ].filter((text) => text !== '');
    terminal.say(
      `This build may take over: ${countOf(replayed, 'open workflow')} of ${temporal.namespace} replay${replayed === 1 ? 's' : ''} on it${besides.length > 0 ? ` (${besides.join('; ')})` : ''}.`,
    );
    return EXIT.done;
  } finally {
    await temporal.close();
  }
}

function refuse(error: unknown): never {
  if (!(error instanceof BuildDoesNotReplay)) throw error;
  throw new CommandError(EXIT.refused, error.name, error.message, error.problems);
}

async function connectToServer(environment: Environment, log: Log): Promise<WorkerConnection> {
  const profile = temporalProfile(environment);
  try {
    return await connectWorkers(profile, log, environment.metricsAddress);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The SDK's core tells the whole chain of its own errors.
    const why = reason.includes('ConnectionRefused') ? 'nobody listens there' : reason;
    const whence = profile.isDefault ? ', the address where none is set' : '';
    throw unreachable(
      'NoServer',
      `No Temporal server answers at ${profile.address}${whence}: ${why}.\nSet TEMPORAL_ADDRESS or the profile file, then start the worker again.`,
    );
  }
}

/** The sites to serve; every configured one when none is named. Fails with every name that is not configured. */
export function chooseSites(asked: string[] | undefined, configured: string[]): string[] {
  if (asked === undefined) return configured;
  const problems = asked
    .filter((name) => !configured.includes(name))
    .map((name) => ({
      path: '--site',
      message: `"${name}" is no site of the configuration`,
      expected: `one of: ${configured.join(', ')}`,
    }));
  if (problems.length > 0) throw badInput('The worker was not started.', problems);
  return [...new Set(asked)];
}
