import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { inject } from 'vitest';
import type { LabLimits } from '../../../lab/lab-organisation.ts';
import { startLab, type Lab, type StartLabOptions } from '../../../lab/lab.ts';
import type { Plant } from '../../../lab/plant/index.ts';
import type { HostRole, InventoryHost } from '../../../model/inventory.ts';
import { hostTurnId } from '../../../model/ids.ts';
import { ledgerTotal } from '../../../model/ledger.ts';
import type { PatchState } from '../../../model/patch-window/turn.ts';
import { CONTROL_QUEUE } from '../../../model/queues.ts';
import type { LedgerEntry, LedgerPage, RunResult, RunStatus } from '../../../model/run.ts';
import { createLog } from '../../../workers/log.ts';
import { ownNamespace } from '../../own-namespace.ts';
import { simulatedOnly } from '../../simulated-only.ts';
import { putInOrder } from './in-order.ts';

/** Hosts of a stage's plant: each test takes some of its own. */
const HOSTS = 60;
/** A minute of the plant takes 100 ms. */
const SCALE = 600;

/** Short waits; what has to be long on a busy machine is only ever waited for when something is wrong. */
const QUICK: Partial<LabLimits> = {
  callMs: 4_000,
  pollMs: 50,
  retryFirstMs: 50,
  retryAttempts: 3,
  installMs: 60_000,
  rebootMs: 30_000,
  datastoreFreeGb: 1,
  datastoreSnapshots: 50,
};

/** A lab with real activities over the simulated plant, in which tests start patch windows. */
export interface RunStage {
  lab: Lab;
  plant: Plant;
  /** The next host of this role that no test has taken, in good order and offered two small updates. */
  take(role?: HostRole): string;
  /** All members of the next redundancy group that no test has taken, in good order too. */
  takeGroup(role: HostRole): string[];
  start(input: unknown): Promise<PatchRun>;
  close(): Promise<void>;
}

/** Opens a stage over a generated plant, with its worker in this process unless told otherwise. */
export async function openRunStage(
  limits: Partial<LabLimits> = {},
  more: Partial<Pick<StartLabOptions, 'environment' | 'log' | 'worker'>> = {},
): Promise<RunStage> {
  const { log = createLog({ level: 'fatal', readable: true }) } = more;
  const lab = await startLab({
    hosts: HOSTS,
    scale: SCALE,
    faults: [],
    announce: false,
    temporal: await ownNamespace(log),
    bundle: { codePath: inject('workflowBundlePath') },
    limits: { ...QUICK, ...limits },
    ...more,
    log,
    // Always the simulated shell, whose faults these tests order; the demo runs on the real one where there is one.
    environment: simulatedOnly(more.environment),
  });
  const { plant } = lab.plant;
  const free = lab.organisation.inventory.hosts.filter(({ controlPlane }) => !controlPlane);
  const takeAll = (fits: (host: InventoryHost) => boolean): string[] => {
    const taken = free.filter(fits);
    if (taken.length === 0) throw new Error('The plant of the stage has no such host left: give it more hosts.');
    for (const host of taken) {
      free.splice(free.indexOf(host), 1);
      putInOrder(plant, host);
    }
    return taken.map(({ name }) => name);
  };
  return {
    lab,
    plant,
    take: (role = 'application') => {
      const host = free.find(({ roles, redundancyGroup }) => redundancyGroup === undefined && roles.includes(role));
      return takeAll((other) => other === host)[0] ?? '';
    },
    takeGroup: (role) => {
      const first = free.find(({ roles, redundancyGroup }) => redundancyGroup !== undefined && roles.includes(role));
      return takeAll(({ redundancyGroup }) => first !== undefined && redundancyGroup === first.redundancyGroup);
    },
    start: async (input) => {
      const handle = await lab.client.workflow.start('patchWindow', {
        taskQueue: CONTROL_QUEUE,
        workflowId: `patch-window/CHG0012345/${randomUUID()}`,
        args: [input],
        staticSummary: 'Patch window CHG0012345',
      });
      return new PatchRun(lab, handle);
    },
    close: () => lab.close(),
  };
}

/** A run over the plant, as an operator sees it. */
export class PatchRun {
  readonly handle: WorkflowHandle;
  private readonly lab: Lab;

  constructor(lab: Lab, handle: WorkflowHandle) {
    this.lab = lab;
    this.handle = handle;
  }

  /** The result; its ledger must sum to its targets, whatever happened. */
  async result(): Promise<RunResult> {
    const result = (await this.handle.result()) as RunResult;
    if (ledgerTotal(result.ledger) !== result.targets)
      throw new Error(`The ledger does not sum to ${result.targets} targets: ${JSON.stringify(result.ledger)}`);
    return result;
  }

  status(): Promise<RunStatus> {
    return this.handle.query<RunStatus>('status');
  }

  async ledger(): Promise<LedgerEntry<PatchState>[]> {
    const page = await this.handle.query<LedgerPage, [unknown]>('ledger', { page: 1, pageSize: 200 });
    return page.entries as LedgerEntry<PatchState>[];
  }

  /** The ledger's entry of one target; of a run that is still planning there is none. */
  async entry(host: string): Promise<LedgerEntry<PatchState> | undefined> {
    return (await this.ledger()).find(({ id }) => id === host);
  }

  turnOf(host: string): WorkflowHandle {
    return this.lab.client.workflow.getHandle(hostTurnId(host));
  }
}
