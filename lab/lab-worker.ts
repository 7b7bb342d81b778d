import type { WorkflowBundleOption } from '@temporalio/worker';
import type { Shell } from '../activities/powershell/shell.ts';
import type { Organisation } from '../model/organisation.ts';
import type { RegisteredRunbook } from '../runbooks/define-runbook.ts';
import type { Environment } from '../workers/config.ts';
import type { Log } from '../workers/log.ts';
import { scriptHashes } from '../workers/script-hashes.ts';
import { temporalShellMetrics } from '../workers/shell-metrics.ts';
import { chooseShell } from '../workers/shell.ts';
import { startWorkers } from '../workers/start.ts';
import { PLANT_SHELL } from './plant-shell.ts';
import type { LabTemporal } from './temporal/start.ts';

export interface LabWorkerOptions {
  temporal: LabTemporal;
  plantUrl: string;
  organisation: Organisation;
  environment: Environment;
  bundle: WorkflowBundleOption | undefined;
  runbooks: readonly RegisteredRunbook[] | undefined;
  /** Whether it replays what is open first; a server that has only just begun has nothing open. */
  prove: boolean;
  log: Log;
  /** Runs the scripts; the shell that the environment gives when left out. Closed with the worker. */
  shell?: Shell;
}

/** Short: a lab that is closed has nobody who waits for its runs. */
const DRAIN_MS = 1000;
/** A run that lost its worker goes on after a second, so that tests of a killed worker need not wait for ten. */
const STICKY_MS = 1000;

export interface LabWorker {
  closed: Promise<void>;
  close(): Promise<void>;
}

/** Workers for every queue, in this process, over the plant. */
export async function startLabWorker(options: LabWorkerOptions): Promise<LabWorker> {
  const { temporal, plantUrl, organisation, environment, bundle, runbooks, prove, log } = options;
  const { sites, inventory } = organisation;
  const shell =
    options.shell ??
    (await chooseShell({
      environment: { ...environment, plantUrl },
      plant: PLANT_SHELL,
      metrics: temporalShellMetrics(),
      log,
    }));
  try {
    const workers = await startWorkers({
      connection: temporal.nativeConnection,
      client: temporal.client,
      namespace: temporal.namespace,
      organisation: () => organisation,
      shell,
      scripts: await scriptHashes(PLANT_SHELL.hostModule),
      // Generated hosts may stand at sites that the configuration does not name.
      sites: [...new Set([...sites.map(({ name }) => name), ...inventory.hosts.map(({ site }) => site)])],
      withWorkflows: true,
      prove,
      drainMs: DRAIN_MS,
      stickyMs: STICKY_MS,
      log,
      ...(bundle === undefined ? {} : { bundle }),
      ...(runbooks === undefined ? {} : { runbooks }),
    });
    return {
      closed: workers.closed,
      close: async () => {
        await workers.shutdown();
        await shell.close();
      },
    };
  } catch (error) {
    await shell.close();
    throw error;
  }
}
