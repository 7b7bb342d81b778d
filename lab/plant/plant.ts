import type { Inventory } from '../../model/inventory.ts';
import type { FaultOrder, JournalEntry, PlantVerb, PlantVerbs } from './api.ts';
import { PlantClock } from './clock.ts';
import { ENDPOINT_VERBS } from './endpoint-verbs.ts';
import { FaultBook, type FaultEntry } from './fault-book.ts';
import { changeMachine, type HostChange } from './host-change.ts';
import { type Handler, type Handlers, HOST_VERBS } from './host-verbs.ts';
import { describeMachine, type MachineView } from './machine-view.ts';
import { breakConnections, type Machine, whileConnected, type World } from './machine.ts';
import { Journal } from './journal.ts';
import { Monitoring } from './monitoring.ts';
import { notReached, threw } from './plant-error.ts';
import { boot } from './power.ts';
import { seedMachines } from './seed.ts';
import { Storage } from './storage.ts';
import { UPDATE_VERBS } from './update-verbs.ts';

const VERBS: Handlers = { ...HOST_VERBS, ...UPDATE_VERBS, ...ENDPOINT_VERBS };

export interface PlantOptions {
  inventory: Inventory;
  seed: number;
  /** Simulated durations are divided by it: at 60 a minute of the plant takes a second. */
  scale: number;
  faults?: FaultOrder[];
}

/** A simulated plant in memory. `startPlant` serves one over REST. */
export class Plant {
  readonly #world: World;

  constructor({ inventory, seed, scale, faults = [] }: PlantOptions) {
    const clock = new PlantClock(scale);
    const journal = new Journal();
    const storage = new Storage(inventory, seed);
    this.#world = {
      clock,
      journal,
      storage,
      faults: new FaultBook(),
      monitoring: new Monitoring(inventory, clock, journal),
      machines: seedMachines(inventory, storage, seed, Date.now()),
    };
    this.order(...faults);
  }

  /** Does what the verb does on a host. Throws a `PlantError`; never settles when the host was ordered to hang. */
  async call<V extends PlantVerb>(
    host: string,
    verb: V,
    request: PlantVerbs[V]['request'],
  ): Promise<PlantVerbs[V]['answer']> {
    const machine = this.#reach(host);
    const { faults } = this.#world;
    if (faults.strike(host, 'hang', ({ step }) => step === '*' || step === verb) !== null)
      return new Promise<never>(() => undefined);
    const fail = faults.strike(host, 'fail', ({ step }) => step === verb);
    if (fail !== null) throw threw(fail.message, fail.hresult, fail.id);
    // TypeScript cannot tell that handler and request belong to the same verb.
    const handler = VERBS[verb] as unknown as Handler<V>;
    const answer = await whileConnected(machine, handler(this.#world, machine, request));
    if (faults.answered(host, verb)) breakConnections(machine);
    return answer;
  }

  /** Every effect so far, in order. */
  journal(): readonly JournalEntry[] {
    return [...this.#world.journal.entries];
  }

  /** Resolves once the predicate holds; it is asked at once and after every change of the plant. Rejects after `timeoutMs`. */
  async until(predicate: (entries: readonly JournalEntry[]) => boolean, timeoutMs: number): Promise<void> {
    await this.#world.journal.until(predicate, timeoutMs);
  }

  hosts(): MachineView[] {
    return [...this.#world.machines.values()].map(describeMachine);
  }

  /** Throws a RangeError for a host that the plant does not have. */
  host(name: string): MachineView {
    return describeMachine(this.#machine(name));
  }

  /** Changes facts of a host, as somebody from outside would. Throws a RangeError for an unknown host or service. */
  change(name: string, change: HostChange): MachineView {
    changeMachine(this.#machine(name), change);
    this.#world.journal.changed();
    return this.host(name);
  }

  /** Orders troubles. Throws a RangeError that names every order which fits no host or service; then none is taken. */
  order(...orders: FaultOrder[]): void {
    const misfits = orders.flatMap((order) => this.#misfit(order));
    if (misfits.length > 0) throw new RangeError(`These fault orders can never strike: ${misfits.join('; ')}.`);
    for (const order of orders) {
      this.#world.faults.add(structuredClone(order));
      if (order.fault === 'off-network' && order.after === undefined) breakConnections(this.#machine(order.host));
    }
  }

  faults(): FaultEntry[] {
    return this.#world.faults.list();
  }

  /** Takes orders back, of one host or all; a host that was stuck in its reboot comes up. What hangs goes on hanging. */
  clearFaults(host: string | null = null): void {
    this.#world.faults.clear(host);
    for (const machine of this.#world.machines.values())
      if (machine.power === 'stuck' && (host === null || host === machine.name)) boot(this.#world, machine);
  }

  /** Timers that are still to fire. */
  get pendingTimers(): number {
    return this.#world.clock.pending;
  }

  /** Leaves no timer; who still waits in `until` gets an error. */
  close(): void {
    this.#world.clock.close();
    this.#world.journal.close();
  }

  #machine(name: string): Machine {
    const machine = this.#world.machines.get(name);
    if (machine === undefined)
      throw new RangeError(`The plant has no host '${name}': use the canonical name, the FQDN in lower case.`);
    return machine;
  }

  #reach(name: string): Machine {
    const machine = this.#world.machines.get(name);
    if (machine === undefined)
      throw notReached(`No host answers to '${name}': the plant knows canonical names only, the FQDN in lower case.`);
    if (machine.power === 'down' || machine.power === 'stuck') throw notReached(`${name} is down and does not answer.`);
    if (this.#world.faults.strike(name, 'off-network') !== null)
      throw notReached(`${name} cannot be reached over the network.`);
    return machine;
  }

  #misfit(order: FaultOrder): string[] {
    const machine = this.#world.machines.get(order.host);
    if (machine === undefined) return [`no host '${order.host}'`];
    if (order.fault !== 'service-stays-down') return [];
    const name = order.service.toLowerCase();
    const known = machine.services.some((service) => service.name.toLowerCase() === name);
    return known ? [] : [`no service '${order.service}' on ${order.host}`];
  }
}
