import type { FaultOrder, PlantVerb } from './api.ts';

/** A fault order as the book keeps it. */
export interface FaultEntry {
  order: FaultOrder;
  /** Strikes left; null for ever. */
  left: number | null;
  /** False while an `off-network` order waits for its verb to be answered. */
  armed: boolean;
}

type Order<F extends FaultOrder['fault']> = Extract<FaultOrder, { fault: F }>;

/** Orders to misbehave that are in force, by host. The oldest matching order strikes first. */
export class FaultBook {
  #entries: FaultEntry[] = [];

  add(order: FaultOrder): void {
    const waits = order.fault === 'off-network' && order.after !== undefined;
    this.#entries.push({ order, left: order.times ?? null, armed: !waits });
  }

  list(): FaultEntry[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  /** Removes the orders of one host, or all. */
  clear(host: string | null): void {
    this.#entries = host === null ? [] : this.#entries.filter((entry) => entry.order.host !== host);
  }

  /** The order that strikes now, counted as one strike; null when there is none. */
  strike<F extends FaultOrder['fault']>(
    host: string,
    fault: F,
    matches: (order: Order<F>) => boolean = () => true,
  ): Order<F> | null {
    const entry = this.#entries.find(
      ({ order, armed }) => armed && order.host === host && order.fault === fault && matches(order as Order<F>),
    );
    if (entry === undefined) return null;
    if (entry.left !== null) {
      entry.left -= 1;
      if (entry.left <= 0) this.#entries = this.#entries.filter((other) => other !== entry);
    }
    return entry.order as Order<F>;
  }

  /** Arms the orders that waited for this verb's answer; true when the host drops off the network by it. */
  answered(host: string, verb: PlantVerb): boolean {
    const waiting = this.#entries.filter(
      ({ order, armed }) => !armed && order.host === host && order.fault === 'off-network' && order.after === verb,
    );
    for (const entry of waiting) entry.armed = true;
    return waiting.length > 0;
  }
}
