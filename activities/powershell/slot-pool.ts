import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnvironment } from './child-environment.ts';
import { Slot } from './slot.ts';
import { SlotQueue, type SlotRequest, type NotServed } from './slot-queue.ts';
import type { Pins } from './pins/pins.ts';
import { NO_METRICS, type ShellMetrics } from './shell-metrics.ts';
import type { PoolLimits, ShellSettings } from './shell-settings.ts';

/** The sessions of a pool and the queue before them: hands out one slot for one piece of work, and replaces what is worn. */
export class SlotPool {
  /** Aborted when the pool is closed and its grace time is over: whatever still starts a session gives up. */
  readonly closing: AbortSignal;
  /** Aborted as soon as the pool is closed: whoever has no slot yet gives up. */
  readonly closed: AbortSignal;
  readonly #closing = new AbortController();
  readonly #closed = new AbortController();
  readonly #metrics: ShellMetrics;
  readonly #queue: SlotQueue;
  readonly #slots: Slot[];
  readonly #busy = new Set<Promise<unknown>>();
  #sessions = 0;

  constructor(settings: ShellSettings, limits: PoolLimits, pins: Pins) {
    const { sessions = 1, metrics = NO_METRICS } = settings;
    this.closing = this.#closing.signal;
    this.closed = this.#closed.signal;
    // As many listen as calls run and wait.
    setMaxListeners(0, this.closing, this.closed);
    this.#metrics = metrics;
    this.#queue = new SlotQueue(sessions, (length) => metrics.queued(length));
    const { executable, simulatedShell, log } = settings;
    const environment = childEnvironment(settings.environment);
    const shared = { executable, environment, simulatedShell, limits, pins, log };
    this.#slots = Array.from({ length: sessions }, (_, index) => new Slot({ ...shared, ...this.#watch(index) }));
  }

  /** Does the work in a slot as soon as there is one; or says why there is none. */
  async serve<T extends object>(
    request: SlotRequest,
    work: (slot: Slot, index: number) => Promise<T>,
  ): Promise<T | NotServed> {
    // Busy from here on: a closing pool waits for whoever was given a slot, and sends those who wait away.
    return this.#whileBusy(this.#queue.take(request).then((index) => this.#workIn(index, work)));
  }

  /** Whether a session is connected to the target, or just connects to it. */
  holds(target: string): boolean {
    return this.#queue.holds(target);
  }

  /** The slot lost its session to the target: calls to it may go anywhere again. */
  forget(index: number, target: string): void {
    this.#queue.forget(index, target);
  }

  /** Refuses every call that waits or comes later, lets running ones end within the grace time, then ends every process tree. */
  async close(graceMs: number): Promise<void> {
    this.#queue.close();
    this.#closed.abort();
    const over = new AbortController();
    const drained = Promise.allSettled(this.#busy);
    await Promise.race([drained, delay(graceMs, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    this.#closing.abort();
    await Promise.all(this.#slots.map((slot) => slot.end()));
    await drained;
    this.#count(-this.#sessions);
  }

  #watch(index: number) {
    return {
      onStart: () => {
        this.#count(1);
      },
      onRecycle: (reason: Parameters<ShellMetrics['recycled']>[0]) => {
        this.#count(-1);
        this.#metrics.recycled(reason);
        this.#queue.forget(index);
      },
    };
  }

  #count(change: number): void {
    this.#sessions += change;
    this.#metrics.sessions(this.#sessions);
  }

  async #workIn<T>(index: number | NotServed, work: (slot: Slot, index: number) => Promise<T>): Promise<T | NotServed> {
    if (typeof index === 'string') return index;
    const slot = this.#slots[index];
    if (!slot) return 'closed';
    try {
      return await work(slot, index);
    } finally {
      this.#giveBack(slot, index);
    }
  }

  /** A worn session is replaced before the next call, and nobody's answer waits for that. */
  #giveBack(slot: Slot, index: number): void {
    const reason = slot.worn();
    if (reason === null) {
      slot.rest();
      return this.#queue.give(index);
    }
    void this.#whileBusy(slot.recycle(reason).finally(() => this.#queue.give(index)));
  }

  #whileBusy<T>(work: Promise<T>): Promise<T> {
    this.#busy.add(work);
    const over = (): void => {
      this.#busy.delete(work);
    };
    // How it ended is for whoever asked for it.
    work.then(over, over);
    return work;
  }
}
