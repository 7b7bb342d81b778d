import { setTimeout as delay } from 'node:timers/promises';
import { childEnvironment } from './child-environment.ts';
import { Lane } from './lane.ts';
import { Lanes, type LaneRequest, type NotServed } from './lanes.ts';
import type { Pins } from './pins/pins.ts';
import { NO_METRICS, type ShellMetrics } from './shell-metrics.ts';
import type { PoolLimits, ShellSettings } from './shell-settings.ts';

/** The sessions of a pool and the queue before them: hands out one lane for one piece of work, and replaces what is worn. */
export class LanePool {
  /** Aborted when the pool is closed and its grace time is over: whatever still starts a session gives up. */
  readonly closing: AbortSignal;
  readonly #closing = new AbortController();
  readonly #metrics: ShellMetrics;
  readonly #lanes: Lanes;
  readonly #places: Lane[];
  readonly #busy = new Set<Promise<unknown>>();
  #sessions = 0;

  constructor(settings: ShellSettings, limits: PoolLimits, pins: Pins) {
    const { sessions = 1, metrics = NO_METRICS } = settings;
    this.closing = this.#closing.signal;
    this.#metrics = metrics;
    const { queueLength, affinityWaitMs, queueWaitMs } = limits;
    const laneLimits = { queueLimit: queueLength, affinityWaitMs, queueWaitMs };
    this.#lanes = new Lanes(sessions, laneLimits, (length) => metrics.queued(length));
    const { executable, simulatedShell, log } = settings;
    const environment = childEnvironment(settings.environment);
    const shared = { executable, environment, simulatedShell, limits, pins, log };
    this.#places = Array.from({ length: sessions }, (_, index) => new Lane({ ...shared, ...this.#watch(index) }));
  }

  /** Does the work in a lane as soon as there is one; or says why there is none. */
  async serve<T extends object>(
    request: LaneRequest,
    work: (lane: Lane, index: number) => Promise<T>,
  ): Promise<T | NotServed> {
    // Busy from here on: a closing pool waits for whoever was given a lane, and sends those who wait away.
    return this.#whileBusy(this.#lanes.take(request).then((index) => this.#workIn(index, work)));
  }

  /** The lane lost its session to the target: calls to it may go anywhere again. */
  forget(index: number, target: string): void {
    this.#lanes.forget(index, target);
  }

  /** Refuses every call that waits or comes later, lets running ones end within the grace time, then ends every process tree. */
  async close(graceMs: number): Promise<void> {
    this.#lanes.close();
    const over = new AbortController();
    const drained = Promise.allSettled(this.#busy);
    await Promise.race([drained, delay(graceMs, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    this.#closing.abort();
    await Promise.all(this.#places.map((place) => place.end()));
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
        this.#lanes.forget(index);
      },
    };
  }

  #count(change: number): void {
    this.#sessions += change;
    this.#metrics.sessions(this.#sessions);
  }

  async #workIn<T>(index: number | NotServed, work: (lane: Lane, index: number) => Promise<T>): Promise<T | NotServed> {
    if (typeof index === 'string') return index;
    const lane = this.#places[index];
    if (!lane) return 'closed';
    try {
      return await work(lane, index);
    } finally {
      this.#giveBack(lane, index);
    }
  }

  /** A worn session is replaced before the next call, and nobody's answer waits for that. */
  #giveBack(lane: Lane, index: number): void {
    const reason = lane.worn();
    if (reason === null) {
      lane.rest();
      return this.#lanes.give(index);
    }
    void this.#whileBusy(lane.recycle(reason).finally(() => this.#lanes.give(index)));
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
