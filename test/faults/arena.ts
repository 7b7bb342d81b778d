import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import type { LabLimits } from '../../lab/lab-organisation.ts';
import { startLab, type Lab } from '../../lab/lab.ts';
import type { Plant } from '../../lab/plant/index.ts';
import type { LabTemporal } from '../../lab/temporal/connect.ts';
import type { HostRole, InventoryHost } from '../../model/inventory.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { createLog } from '../../workers/log.ts';
import { Cabinets } from '../engine/fixture/runbook.ts';
import { putInOrder } from '../patch-window/runs/in-order.ts';
import { simulatedOnly } from '../simulated-only.ts';
import { WorkerSeat } from './worker-seat.ts';

/** A minute of the plant takes 100 ms. */
const SCALE = 600;

/** A lost worker is noticed after a second; everything else has time on a busy machine. */
const QUICK: Partial<LabLimits> = {
  callMs: 4_000,
  pollMs: 100,
  heartbeatMs: 1_500,
  retryFirstMs: 50,
  retryAttempts: 8,
  workerWaitMs: 30_000,
  installMs: 60_000,
  rebootMs: 60_000,
  datastoreFreeGb: 1,
  datastoreSnapshots: 50,
};

export interface ArenaOptions {
  /** Closed with the arena. */
  temporal: LabTemporal;
  hosts?: number;
  seed?: number;
  limits?: Partial<LabLimits>;
}

/** A plant, cabinets, and a worker in a process of its own that can be killed. */
export interface Arena {
  lab: Lab;
  plant: Plant;
  cabinets: Cabinets;
  seat: WorkerSeat;
  /** The next host of this role that nobody has taken, in good order and offered two small updates; in no redundancy group. */
  take(role?: HostRole): InventoryHost;
  /** The same, on a datastore of which nobody has got a host this way. */
  takeApart(): InventoryHost;
  /** The same, on the datastore of this host. */
  takeBeside(host: InventoryHost): InventoryHost;
  /** All members of the next redundancy group that nobody has taken, in good order too. */
  takeGroup(role: HostRole): InventoryHost[];
  start(type: 'patchWindow' | 'fakeRun', input: unknown, workflowId?: string): Promise<WorkflowHandle>;
  close(): Promise<void>;
}

export async function openArena({ temporal, hosts = 120, seed = 1, limits = {} }: ArenaOptions): Promise<Arena> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-faults-'));
  const [lab, { code }] = await Promise.all([
    startLab({
      hosts,
      seed,
      scale: SCALE,
      faults: [],
      announce: false,
      worker: false,
      temporal,
      limits: { ...QUICK, ...limits },
      environment: simulatedOnly(),
      log: createLog({ level: 'fatal', readable: true }),
    }),
    workflowBundle(fileURLToPath(new URL('../engine/fixture/workflows.ts', import.meta.url))),
  ]);
  const { address, namespace, organisation } = lab;
  const bundlePath = join(folder, 'workflows.js');
  await writeFile(bundlePath, code);
  const { plant, url: plantUrl } = lab.plant;
  const cabinets = new Cabinets();
  const manyAtOnce = { ...organisation, policies: { ...organisation.policies, maxConcurrency: 100 } };
  const setup = { address, namespace, plantUrl, organisation: manyAtOnce, bundlePath };
  const seat = new WorkerSeat(setup, (effect) => void cabinets.put(effect));
  await seat.begin();
  const free = organisation.inventory.hosts.filter(({ controlPlane }) => !controlPlane);
  const takeAll = (fits: (host: InventoryHost) => boolean): InventoryHost[] => {
    const taken = free.filter(fits);
    if (taken.length === 0) throw new Error('The plant has no such host left: give it more hosts.');
    for (const host of taken) {
      free.splice(free.indexOf(host), 1);
      putInOrder(plant, host);
    }
    return taken;
  };
  const take = (
    role: HostRole,
    from: readonly InventoryHost[],
    fits: (host: InventoryHost) => boolean,
  ): InventoryHost => {
    const host = from.find((one) => one.redundancyGroup === undefined && one.roles.includes(role) && fits(one));
    return takeAll((other) => other === host)[0] as InventoryHost;
  };
  const datastores = new Set<string>();
  return {
    lab,
    plant,
    cabinets,
    seat,
    take: (role = 'application') => take(role, free, () => true),
    // From the end, where others of its datastore are left for `takeBeside`.
    takeApart: () => {
      const hasOthers = (host: InventoryHost): boolean =>
        free.some((one) => one !== host && isApplication(one) && datastoreOf(one) === datastoreOf(host));
      const fits = (host: InventoryHost): boolean => !datastores.has(datastoreOf(host)) && hasOthers(host);
      const host = take('application', free.toReversed(), fits);
      datastores.add(datastoreOf(host));
      return host;
    },
    takeBeside: (host) => take('application', free, (one) => datastoreOf(one) === datastoreOf(host)),
    takeGroup: (role) => {
      const first = free.find(({ roles, redundancyGroup }) => redundancyGroup !== undefined && roles.includes(role));
      return takeAll(({ redundancyGroup }) => first !== undefined && redundancyGroup === first.redundancyGroup);
    },
    start: (type, input, workflowId = `${type}/${randomUUID()}`) =>
      lab.client.workflow.start(type, {
        taskQueue: CONTROL_QUEUE,
        workflowId,
        args: [input],
        // What a killed worker had in hand of the run itself is given out again after this.
        workflowTaskTimeout: '5s',
      }),
    close: async () => {
      await seat.close();
      await lab.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isApplication({ roles, redundancyGroup }: InventoryHost): boolean {
  return redundancyGroup === undefined && roles.includes('application');
}

function datastoreOf({ virtualization: vm }: InventoryHost): string {
  return vm === 'physical' ? '' : `${vm.endpoint} ${vm.datastore}`;
}
