import type { DatastoreFact, SnapshotFact } from '../../model/patch-window/facts.ts';
import type { Inventory, VirtualMachine } from '../../model/inventory.ts';
import { seededRandom } from './random.ts';

/** A snapshot and the space that it takes. */
export interface StoredSnapshot extends SnapshotFact {
  vmId: string;
  sizeGb: number;
}

export interface Datastore {
  name: string;
  freeGb: number;
  snapshots: StoredSnapshot[];
}

/** A virtual machine as its hypervisor endpoint knows it. */
export interface Guest {
  host: string;
  vm: VirtualMachine;
  datastore: Datastore;
}

/** Virtual machines and datastores of all hypervisor endpoints. Snapshots in work are kept so that a second request joins them. */
export class Storage {
  readonly #guests = new Map<string, Guest>();
  readonly #datastores = new Map<string, Datastore>();
  readonly #inWork = new Map<string, Promise<unknown>>();

  constructor(inventory: Inventory, seed: number) {
    for (const { name: host, virtualization: vm } of inventory.hosts) {
      if (vm === 'physical') continue;
      const key = `${vm.endpoint}/${vm.datastore}`;
      const random = seededRandom(seed, key);
      const fresh = { name: vm.datastore, freeGb: random.integer(600, 2_400), snapshots: [] };
      const datastore = this.#datastores.get(key) ?? fresh;
      this.#datastores.set(key, datastore);
      this.#guests.set(`${vm.endpoint}/${vm.vmId}`, { host, vm, datastore });
    }
  }

  guest(endpoint: string, vmId: string): Guest | null {
    return this.#guests.get(`${endpoint}/${vmId}`) ?? null;
  }

  guestsOf(endpoint: string): string[] {
    return [...this.#guests.values()].filter(({ vm }) => vm.endpoint === endpoint).map(({ host }) => host);
  }

  datastore(endpoint: string, name: string): Datastore | null {
    return this.#datastores.get(`${endpoint}/${name}`) ?? null;
  }

  /** Runs `work` unless the same is in work already: then its promise is joined. */
  async once<T>(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#inWork.get(key) as Promise<T> | undefined;
    if (running !== undefined) return running;
    const started = work().finally(() => this.#inWork.delete(key));
    this.#inWork.set(key, started);
    return started;
  }
}

export function datastoreFact({ name, freeGb, snapshots }: Datastore): DatastoreFact {
  return { name, freeGb: Math.round(freeGb * 10) / 10, snapshots: snapshots.length };
}
