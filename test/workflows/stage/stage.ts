import { randomUUID } from 'node:crypto';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { inject } from 'vitest';
import { createLockActivities } from '../../../activities/locks/index.ts';
import type { LabTemporal } from '../../../lab/temporal/connect.ts';
import { hostTurnId } from '../../../model/ids.ts';
import type { PatchPlan } from '../../../model/patch-window/plan.ts';
import type { PatchState } from '../../../model/patch-window/turn.ts';
import { CONTROL_QUEUE, siteQueue } from '../../../model/queues.ts';
import type { LedgerEntry, LedgerPage, RunResult, RunStatus } from '../../../model/run.ts';
import type { TurnView } from '../../../model/turn.ts';
import { dataConverter } from '../../../workers/data-converter/index.ts';
import { ownNamespace } from '../../own-namespace.ts';
import { Directed } from './activities.ts';
import { until } from './until.ts';

/** A real Temporal server with workers whose activities the test directs. Runs of one stage share its namespace. */
export interface Stage {
  temporal: LabTemporal;
  directed: Directed;
  /** Starts a run over a plan. */
  start(plan: PatchPlan): Promise<Run>;
  /** Does something while no control worker runs; then a new one comes, which knows nothing of any run. */
  withoutControl(work: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

export type Run = Awaited<ReturnType<typeof startRun>>;

/** Opens a stage on the namespace of the test file, with the workflows that the set-up of its project has bundled. */
export async function openStage(): Promise<Stage> {
  return await stageOver(await ownNamespace(), { codePath: inject('workflowBundlePath') });
}

/** Opens a stage over a server; it is closed with the stage. */
export async function stageOver(temporal: LabTemporal, workflowBundle: WorkflowBundleOption): Promise<Stage> {
  const directed = new Directed(createLockActivities({ client: temporal.client }));
  const common = {
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    dataConverter,
    // Stands in stored histories, where the name of a machine says nothing.
    identity: 'stage',
  };
  const startControl = async () =>
    running(
      await Worker.create({
        ...common,
        taskQueue: CONTROL_QUEUE,
        workflowBundle,
        activities: { ...directed.control },
        stickyQueueScheduleToStartTimeout: '1s',
      }),
    );
  const site = Worker.create({ ...common, taskQueue: siteQueue('nordhavn'), activities: { ...directed.site } });
  let [stopControl, stopSite] = await Promise.all([startControl(), site.then(running)]);
  return {
    temporal,
    directed,
    start: (plan) => startRun(temporal, directed, plan),
    withoutControl: async (work) => {
      await stopControl();
      await work();
      stopControl = await startControl();
    },
    close: async () => {
      await Promise.all([stopControl(), stopSite()]);
      await temporal.close();
    },
  };
}

/** Lets a worker run; returns what ends it. */
function running(worker: Worker): () => Promise<void> {
  const ended = worker.run();
  return async () => {
    worker.shutdown();
    await ended;
  };
}

async function startRun({ client }: LabTemporal, directed: Directed, plan: PatchPlan) {
  const workflowId = `patch-window/CHG0012345/${randomUUID()}`;
  directed.plans.set(workflowId, plan);
  const handle = await client.workflow.start('patchWindow', {
    taskQueue: CONTROL_QUEUE,
    workflowId,
    args: [{}],
  });
  const ledger = async (): Promise<LedgerEntry<PatchState>[]> =>
    (await handle.query<LedgerPage, [unknown]>('ledger', { page: 1, pageSize: 200 }))
      .entries as LedgerEntry<PatchState>[];
  return {
    handle,
    ledger,
    result: async (): Promise<RunResult> => (await handle.result()) as RunResult,
    status: () => handle.query<RunStatus>('status'),
    entry: async (name: string): Promise<LedgerEntry<PatchState>> => {
      const entry = (await ledger()).find(({ id }) => id.startsWith(`${name}.`));
      if (entry === undefined) throw new Error(`${name} is not in the ledger`);
      return entry;
    },
    /** Resolves once the turn of a target knows that it has to stop. */
    toldToStop: (host: string): Promise<void> =>
      until(`${host} was told to stop`, async () => {
        const turn = client.workflow.getHandle(hostTurnId(host));
        return (await turn.query<TurnView>('turn')).targets.every(({ stopping }) => stopping !== null);
      }),
    /** Resolves once the turns of these targets, which have begun, are over and the run knows how. */
    turnsEnded: async (...names: string[]): Promise<void> => {
      const turns = names.map((name) => client.workflow.getHandle(hostTurnId(`${name}.corp.example`)).result());
      await Promise.allSettled(turns);
      await until(`the turns of ${names.join(', ')} ended`, async () => {
        const ended = (await ledger()).filter(({ progress }) => progress === 'ended').map(({ id }) => id);
        return names.every((name) => ended.includes(`${name}.corp.example`));
      });
    },
    update: (name: string, payload: unknown) =>
      handle.executeUpdate<{ accepted: boolean; text: string }, [unknown]>(name, { args: [payload] }),
  };
}
