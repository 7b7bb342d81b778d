import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { NO_METRICS, type ShellMetrics } from './settings.ts';
import { Slot, type SlotSettings } from './slot.ts';

/** Why a slot was not got: the caller gave up, none became free in time, or the slots were closed. */
export type NotServed = 'aborted' | 'late' | 'closed';

export interface SlotRequest {
  /** How long the caller waits at most, in milliseconds. */
  waitMs: number;
  /** Key of the remote target whose session a slot may hold; null when any slot is as good. */
  target: string | null;
  /** It may keep its slot for very long: one slot is left to the others, where there are two. */
  long: boolean;
  signal?: AbortSignal | undefined;
}

interface Waiter {
  request: SlotRequest;
  serve(slot: Slot | NotServed): void;
}

/**
 * Hands a fixed number of slots to callers, first come first served. A call to a remote target keeps to the slot that holds
 * the target's session: each session that is open costs the target a shell. It waits while that slot is busy, and callers who can use
 * another slot overtake it; only from a long call does it turn away. Long calls together never take every slot.
 */
export class Slots {
  /** Aborted as soon as the slots are closed: whoever has none yet gives up. */
  readonly closed: AbortSignal;
  /** Aborted when the grace time is over: whatever still starts a session gives up. */
  readonly closing: AbortSignal;
  readonly #closed = new AbortController();
  readonly #closing = new AbortController();
  readonly #metrics: ShellMetrics;
  /** The slot used last stands first: it is the warm one. */
  readonly #slots: Slot[];
  readonly #waiting: Waiter[] = [];
  readonly #busy = new Set<Promise<unknown>>();
  #sessions = 0;

  constructor(count: number, settings: Omit<SlotSettings, 'onChange'>, metrics: ShellMetrics = NO_METRICS) {
    this.closed = this.#closed.signal;
    this.closing = this.#closing.signal;
    // As many listen as calls run and wait.
    setMaxListeners(0, this.closed, this.closing);
    this.#metrics = metrics;
    const onChange: SlotSettings['onChange'] = (change, reason) => {
      this.#sessions += change;
      metrics.sessions(this.#sessions);
      if (reason === undefined) return;
      metrics.recycled(reason);
      this.#dispatch();
    };
    this.#slots = Array.from({ length: count }, () => new Slot({ ...settings, onChange }));
  }

  /** Does the work in a slot as soon as there is one; or says why there is none. */
  serve<T extends object>(request: SlotRequest, work: (slot: Slot) => Promise<T>): Promise<T | NotServed> {
    // Busy from here on: closed slots wait for whoever was given one, and send those who wait away.
    return this.#whileBusy(
      this.#take(request).then(async (slot) => {
        if (typeof slot === 'string') return slot;
        try {
          return await work(slot);
        } finally {
          this.#giveBack(slot);
        }
      }),
    );
  }

  /** Whether a session is connected to the target, or just connects to it. */
  holds(target: string): boolean {
    return this.#slots.some(({ targets }) => targets.has(target));
  }

  /** Refuses every call that waits or comes later, lets running ones end within the grace time, then ends every process tree. */
  async close(graceMs: number): Promise<void> {
    this.#closed.abort();
    for (const waiter of this.#waiting.slice()) this.#serve(waiter, 'closed');
    const drained = Promise.allSettled(this.#busy);
    await Promise.race([drained, delay(graceMs, undefined, { ref: false })]);
    this.#closing.abort();
    await Promise.all(this.#slots.map((slot) => slot.end()));
    await drained;
    this.#metrics.sessions(0);
  }

  async #take(request: SlotRequest): Promise<Slot | NotServed> {
    const { waitMs, signal } = request;
    if (this.closed.aborted) return 'closed';
    if (signal?.aborted) return 'aborted';
    // Whoever waits could not use the slots that are free now: nobody is overtaken.
    const slot = this.#slotFor(request);
    if (slot) return slot;
    return new Promise((resolve) => {
      const leave = (why: NotServed): void => this.#serve(waiter, why);
      const onAbort = (): void => leave('aborted');
      const latest = setTimeout(leave, waitMs, 'late' satisfies NotServed);
      const waiter: Waiter = {
        request,
        serve(served) {
          clearTimeout(latest);
          signal?.removeEventListener('abort', onAbort);
          resolve(served);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#metrics.queued(this.#waiting.length);
    });
  }

  #serve(waiter: Waiter, served: Slot | NotServed): void {
    this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
    this.#metrics.queued(this.#waiting.length);
    waiter.serve(served);
  }

  /** A worn session is replaced before the next call, and nobody's answer waits for that. */
  #giveBack(slot: Slot): void {
    const reason = slot.worn();
    if (reason !== null) return void this.#whileBusy(slot.recycle(reason).finally(() => this.#free(slot)));
    slot.rest();
    this.#free(slot);
  }

  #free(slot: Slot): void {
    slot.serves = 'nobody';
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.#slots.unshift(slot);
    this.#dispatch();
  }

  #whileBusy<T>(work: Promise<T>): Promise<T> {
    this.#busy.add(work);
    // How it ended is for whoever asked for it.
    void Promise.allSettled([work]).then(() => this.#busy.delete(work));
    return work;
  }

  /** Serves whoever can be served, in the order in which they came. */
  #dispatch(): void {
    for (const waiter of this.#waiting.slice()) {
      const slot = this.#slotFor(waiter.request);
      if (slot) this.#serve(waiter, slot);
    }
  }

  /** The slot that serves the request from now on. */
  #slotFor({ target, long }: SlotRequest): Slot | undefined {
    const longCalls = this.#slots.filter(({ serves }) => serves === 'long-call').length;
    if (long && longCalls >= Math.max(1, this.#slots.length - 1)) return undefined;
    const holders = this.#slots.filter(({ targets }) => target !== null && targets.has(target));
    const isHeld = holders.some(({ serves }) => serves !== 'long-call');
    // Targets are spread over the slots, so that calls to two of them need not wait for one; what needs no target may take long, and is
    // kept away from them. Among equals the warm one.
    const fewest = this.#slots.filter(isFree).toSorted((one, other) => one.targets.size - other.targets.size);
    const slot = isHeld ? holders.find(isFree) : fewest[0];
    if (slot) slot.serves = long ? 'long-call' : 'call';
    if (target !== null) slot?.targets.add(target);
    return slot;
  }
}

function isFree({ serves }: Slot): boolean {
  return serves === 'nobody';
}
