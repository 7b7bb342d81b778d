import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerInterceptors, WorkerOptions, WorkflowBundleOption } from '@temporalio/worker';
import { readDrain } from '../activities/drain/read-drain.ts';
import { createLockActivities } from '../activities/locks/index.ts';
import { createPlanningActivities, withHeartbeat } from '../activities/planning/index.ts';
import type { Shell } from '../activities/powershell/shell.ts';
import { boundToPlan } from '../activities/step/bound.ts';
import type { StepDependencies } from '../activities/step/dependencies.ts';
import type { Organisation } from '../model/organisation.ts';
import { CONTROL_QUEUE, siteQueue } from '../model/queues.ts';
import type { RegisteredRunbook } from '../runbooks/define-runbook.ts';
import { RUNBOOKS } from '../runbooks/index.ts';
import { workflowBundle } from './bundle.ts';
import { dataConverter } from './data-converter/index.ts';
import type { Log } from './log.ts';
import { proveBuild } from './prove-build.ts';
import { shellLog } from './shell.ts';
import { WorkerGroup } from './worker-group.ts';

export interface StartWorkersOptions {
  connection: NativeConnection;
  /** For activities that look at other runs; of the same server and namespace. */
  client: Client;
  namespace: string;
  /** Asked at each use, so that configuration read anew counts at once. */
  organisation: () => Organisation;
  shell: Shell;
  /** SHA-256 of the scripts by file name (script-hashes.ts). */
  scripts: Record<string, string>;
  /** Sites whose hosts this process can reach. */
  sites: readonly string[];
  /** Whether to serve the control queue too: workflows, planning, locks. */
  withWorkflows: boolean;
  /** Runbooks to serve; all that are registered when left out. */
  runbooks?: readonly RegisteredRunbook[];
  /** Workflows bundled before; made here when left out. */
  bundle?: WorkflowBundleOption;
  /** Whether the workflows prove themselves on what is open before they take work (prove-build.ts). */
  prove: boolean;
  /** How long running activities may go on after a shutdown was asked for, in milliseconds. */
  drainMs?: number;
  /** How long a run waits for the worker that has it in memory before another takes it, in milliseconds. */
  stickyMs?: number;
  /** Stand around every activity; none when left out. For whoever holds a worker in the middle of one. */
  interceptors?: WorkerInterceptors;
  log: Log;
}

export interface RunningWorkers {
  queues: readonly string[];
  /** Resolves when all have ended; rejects with the first one's error, after the others were shut down. */
  closed: Promise<void>;
  /** Takes no new work, lets running activities end within the drain time, and resolves when all is over. The shell stays open. */
  shutdown(): Promise<void>;
}

const DRAIN_MS = 30_000;
/** After the drain time activities are cancelled; what does not end within this is left, and its heartbeat tells the server. */
const FORCE_AFTER_MS = 15_000;
const STICKY_MS = 5_000;
/** About 600 cached runs take a gigabyte. */
const CACHED_WORKFLOWS = 300;

/**
 * Starts one worker for the control queue, where asked for, and one for each site. A process can serve a queue only once.
 * @throws {BuildDoesNotReplay} before anything is started; else what the first worker that cannot start fails with, after the others
 *   were shut down.
 */
export async function startWorkers(options: StartWorkersOptions): Promise<RunningWorkers> {
  const { client, withWorkflows, prove, log } = options;
  const bundle = withWorkflows ? (options.bundle ?? (await workflowBundle())) : null;
  if (bundle !== null && prove) {
    const proof = await proveBuild({ client, bundle, onProgress: (text) => log.info(text) });
    log.info(proof, 'Open workflows go on in this build.');
  }
  const group = new WorkerGroup(log);
  try {
    if (bundle !== null) group.add(await controlWorker(options, bundle));
    for (const site of options.sites) group.add(await siteWorker(options, site));
  } catch (error) {
    group.shutDown();
    await Promise.allSettled(group.runs);
    throw error;
  }
  log.info({ queues: group.queues, namespace: options.namespace }, 'Workers take work.');
  const closed = group.ended();
  // The error still reaches whoever awaits `closed`; nobody has to before the end.
  closed.catch(() => undefined);
  return {
    queues: group.queues,
    closed,
    shutdown: async () => {
      group.shutDown();
      await closed;
    },
  };
}

async function controlWorker(options: StartWorkersOptions, bundle: WorkflowBundleOption): Promise<Worker> {
  const { organisation, client, scripts, runbooks = RUNBOOKS, stickyMs = STICKY_MS } = options;
  const planning = createPlanningActivities({ organisation, runbooks, scripts, readDrain: () => readDrain(client) });
  return Worker.create({
    ...sharedOptions(options),
    taskQueue: CONTROL_QUEUE,
    workflowBundle: bundle,
    activities: {
      ...withHeartbeat(planning),
      ...createLockActivities({ client }),
    },
    stickyQueueScheduleToStartTimeout: stickyMs,
    maxCachedWorkflows: CACHED_WORKFLOWS,
  });
}

function siteWorker(options: StartWorkersOptions, site: string): Promise<Worker> {
  const { shell, organisation, scripts, log, runbooks = RUNBOOKS } = options;
  const dependencies = { shell, organisation, scripts, log: shellLog(log.child({ site })) };
  return Worker.create({
    ...sharedOptions(options),
    taskQueue: siteQueue(site),
    activities: siteActivities(runbooks, dependencies),
  });
}

/** The steps of every runbook. A name tells the worker which step to do, so that no two runbooks may share one. */
function siteActivities(runbooks: readonly RegisteredRunbook[], dependencies: StepDependencies): object {
  const all = new Map<string, { runbook: string; activity: unknown }>();
  for (const runbook of runbooks) {
    for (const [name, activity] of Object.entries(runbook.activities(dependencies))) {
      const other = all.get(name)?.runbook;
      if (other !== undefined)
        throw new Error(`The runbooks ${other} and ${runbook.name} both have an activity ${name}.`);
      all.set(name, { runbook: runbook.name, activity: boundToPlan(activity) });
    }
  }
  return Object.fromEntries([...all].map(([name, { activity }]) => [name, activity]));
}

function sharedOptions({
  connection,
  namespace,
  drainMs = DRAIN_MS,
  interceptors = {},
}: StartWorkersOptions): Omit<WorkerOptions, 'taskQueue'> {
  return {
    connection,
    namespace,
    dataConverter,
    identity: `fettle-worker@${hostname()}#${process.pid}`,
    shutdownGraceTime: drainMs,
    shutdownForceTime: drainMs + FORCE_AFTER_MS,
    interceptors,
  };
}
