/** Why a slot was not got: the caller gave up, none became free in time, or the slots were closed. */
export type NotServed = 'aborted' | 'late' | 'closed';

export interface SlotRequest {
  /** How long the caller waits at most, in milliseconds. */
  waitMs: number;
  /** Key of the remote target whose session a slot may hold; null when any slot is as good. */
  target?: string | null;
  /** It may keep its slot for very long: one slot is left to the others, where there are two. */
  long?: boolean;
  signal?: AbortSignal | undefined;
}

interface Waiter {
  target: string | null;
  long: boolean;
  serve(slot: number | NotServed): void;
}

/**
 * Hands a fixed number of slots to callers, first come first served. A call to a remote target keeps to the slot that holds
 * the target's session: each session that is open costs the target a shell. It waits while that slot is busy, and callers who can use
 * another slot overtake it; only from a long call does it turn away. Long calls together never take every slot.
 */
export class SlotQueue {
  readonly #onQueue: (length: number) => void;
  /** The slot used last stands first: it is the warm one. */
  readonly #free: number[];
  readonly #held: Set<string>[];
  /** Slots that serve a long call. */
  readonly #long = new Set<number>();
  readonly #waiting: Waiter[] = [];
  #closed = false;

  /** `onQueue` is told how many wait whenever that changes. */
  constructor(count: number, onQueue: (length: number) => void = () => undefined) {
    this.#onQueue = onQueue;
    this.#free = Array.from({ length: count }, (_, slot) => slot);
    this.#held = this.#free.map(() => new Set());
  }

  /** Resolves with the number of a slot, which the caller must give back, or with the reason why there is none. */
  take({ waitMs, target = null, long = false, signal }: SlotRequest): Promise<number | NotServed> {
    if (this.#closed) return Promise.resolve('closed');
    if (signal?.aborted) return Promise.resolve('aborted');
    // Whoever waits could not use the slots that are free now: nobody is overtaken.
    const slot = this.#slotFor({ target, long });
    if (slot !== undefined) return Promise.resolve(this.#occupy(slot, { target, long }));
    return new Promise((resolve) => {
      this.#wait({ waitMs, target, long, signal }, resolve);
    });
  }

  give(slot: number): void {
    this.#free.unshift(slot);
    this.#long.delete(slot);
    this.#dispatch();
  }

  /** The slot lost the sessions that it held, or the one to `target`: calls to them may go anywhere again. */
  forget(slot: number, target?: string): void {
    if (target === undefined) this.#held[slot]?.clear();
    else this.#held[slot]?.delete(target);
    this.#dispatch();
  }

  /** Whether a slot holds the target's session, or is just opening it. */
  holds(target: string): boolean {
    return this.#held.some((targets) => targets.has(target));
  }

  /** Sends everybody who waits away, and whoever comes later. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.serve('closed');
    this.#onQueue(0);
  }

  #wait({ waitMs, target, long, signal }: Required<SlotRequest>, resolve: (slot: number | NotServed) => void): void {
    const leave = (why: NotServed): void => {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      this.#onQueue(this.#waiting.length);
      waiter.serve(why);
    };
    const onAbort = (): void => {
      leave('aborted');
    };
    const latest = setTimeout(leave, waitMs, 'late' satisfies NotServed);
    const waiter: Waiter = {
      target,
      long,
      serve(served) {
        clearTimeout(latest);
        signal?.removeEventListener('abort', onAbort);
        resolve(served);
      },
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#waiting.push(waiter);
    this.#onQueue(this.#waiting.length);
  }

  /** Serves whoever can be served, in the order in which they came. */
  #dispatch(): void {
    for (const waiter of this.#waiting.slice()) {
      if (this.#free.length === 0) return;
      const slot = this.#slotFor(waiter);
      if (slot === undefined) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      this.#onQueue(this.#waiting.length);
      waiter.serve(this.#occupy(slot, waiter));
    }
  }

  #slotFor({ target, long }: Pick<Waiter, 'target' | 'long'>): number | undefined {
    if (long && this.#long.size >= Math.max(1, this.#held.length - 1)) return undefined;
    // A call without a target may be a long one: it is kept away from the sessions that targets are connected to.
    if (target === null) return this.#leastHolding();
    const holder = this.#free.find((slot) => this.#held[slot]?.has(target));
    if (holder !== undefined) return holder;
    const heldBy = this.#held.flatMap((targets, slot) => (targets.has(target) ? [slot] : []));
    return heldBy.some((slot) => !this.#long.has(slot)) ? undefined : this.#leastHolding();
  }

  /** Targets are spread over the slots, so that calls to two of them need not wait for one slot. Among equals the warm one. */
  #leastHolding(): number | undefined {
    const held = (slot: number): number => this.#held[slot]?.size ?? 0;
    return this.#free.toSorted((one, other) => held(one) - held(other))[0];
  }

  #occupy(slot: number, { target, long }: Pick<Waiter, 'target' | 'long'>): number {
    this.#free.splice(this.#free.indexOf(slot), 1);
    if (long) this.#long.add(slot);
    if (target !== null) this.#held[slot]?.add(target);
    return slot;
  }
}
