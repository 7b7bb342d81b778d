import type { Client } from '@temporalio/client';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { Organisation } from '../model/organisation.ts';
import type { RegisteredRunbook } from '../runbooks/define-runbook.ts';
import { checkoutDir } from '../workers/checkout.ts';
import { readEnvironment } from '../workers/config.ts';
import type { Environment } from '../workers/config.ts';
import type { Log } from '../workers/log.ts';
import { requireOrganisation } from '../workers/require-organisation.ts';
import { labOrganisation, type LabLimits } from './lab-organisation.ts';
import { startLabWorker } from './lab-worker.ts';
import { defaultTroubles, startPlant } from './plant/index.ts';
import type { FaultOrder, PlantServer } from './plant/index.ts';
import { announceLab } from './running-labs.ts';
import type { LabTemporal } from './temporal/connect.ts';
import { resolveTemporalCli } from './temporal/resolve.ts';
import { startTemporal } from './temporal/start.ts';

export interface StartLabOptions {
  /** Number of generated hosts, 1 to 5000; the inventory of the configuration when left out. */
  hosts?: number;
  seed?: number;
  /** How many times faster than real hosts the plant works. */
  scale?: number;
  /** Folder of the configuration; the environment's when left out. */
  configDir?: string;
  /** SQLite file that keeps runs over a restart of the lab. */
  dbFile?: string;
  /** Orders to misbehave; a few believable troubles when left out. */
  faults?: FaultOrder[];
  /** Replaces single limits of the policies and of patching. */
  limits?: Partial<LabLimits>;
  /** Runbooks that the worker serves; all that are registered when left out. */
  runbooks?: readonly RegisteredRunbook[];
  /** Whether a worker runs in this process; true when left out. */
  worker?: boolean;
  /** Whether other commands of this checkout find the lab; true when left out. */
  announce?: boolean;
  /** A connection to a server that runs already, closed with the lab; a server of the lab's own when left out. */
  temporal?: LabTemporal;
  /** The Temporal program and bundled workflows, for a caller that has them already. */
  temporalCli?: string;
  bundle?: WorkflowBundleOption;
  environment?: Environment;
  log: Log;
  /** Words for a person who waits. */
  onProgress?: (text: string) => void;
}

/** A running lab: Temporal server, simulated plant and, unless told otherwise, a worker in this process. */
export interface Lab {
  address: string;
  namespace: string;
  /** Address of Temporal's Web UI. */
  ui: string | null;
  client: Client;
  temporal: LabTemporal;
  plant: PlantServer;
  organisation: Organisation;
  /** Resolves when the lab was closed; rejects when its worker or its server ended by itself. */
  closed: Promise<void>;
  /** Ends everything that was started. May be called more than once. */
  close(): Promise<void>;
}

const DEFAULT_SEED = 1;
const DEFAULT_SCALE = 100;

/**
 * Starts a lab. What was started before a failure is ended again.
 * @throws {NoTemporalCli} when there is no Temporal server to start.
 * @throws {InvalidConfiguration} with every problem of the configuration.
 */
export async function startLab(options: StartLabOptions): Promise<Lab> {
  const { environment = readEnvironment(), seed = DEFAULT_SEED, scale = DEFAULT_SCALE, log } = options;
  const onProgress = options.onProgress ?? ((text) => log.info(text));
  const configured = requireOrganisation(options.configDir ?? environment.configDir);
  const organisation = labOrganisation(configured, { hosts: options.hosts, seed, scale, limits: options.limits });
  const { inventory } = organisation;

  // Ended in the opposite order.
  const started: (() => Promise<void>)[] = [];
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= endAll(started));
  try {
    const plant = await startPlant({ inventory, seed, scale, faults: options.faults ?? defaultTroubles(inventory) });
    started.push(() => plant.close());
    const temporal = options.temporal ?? (await ownServer(options, { environment, onProgress }));
    started.push(() => temporal.close());
    const { address, namespace, uiUrl: ui, client } = temporal;
    let closed = temporal.closed;
    if (options.worker !== false) {
      const worker = await startLabWorker({
        temporal,
        plantUrl: plant.url,
        organisation,
        environment,
        bundle: options.bundle,
        runbooks: options.runbooks,
        // Only a kept server may have open runs of an earlier build.
        prove: options.dbFile !== undefined,
        log,
      });
      started.push(() => worker.close());
      closed = Promise.race([closed, worker.closed]);
    }
    if (options.announce !== false) {
      const record = {
        pid: process.pid,
        address,
        namespace,
        ui,
        plant: plant.url,
        startedAt: new Date().toISOString(),
      };
      started.push(await announceLab(checkoutDir, record, environment.cacheDir));
    }
    return { address, namespace, ui, client, temporal, plant, organisation, closed, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ownServer(
  { temporalCli, dbFile, log }: StartLabOptions,
  { environment, onProgress }: Required<Pick<StartLabOptions, 'environment' | 'onProgress'>>,
): Promise<LabTemporal> {
  const cli = temporalCli ?? (await resolveTemporalCli({ places: environment, onProgress }));
  return await startTemporal({ cli, log, ...(dbFile === undefined ? {} : { dbFile }) });
}

async function endAll(started: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of started.toReversed()) await end().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'Parts of the lab did not end as they should.');
}
