/** Why a lane was not got: the caller gave up, too many wait already, none became free in time, or the lanes were closed. */
export type NotServed = 'aborted' | 'busy' | 'late' | 'closed';

export interface LaneLimits {
  /** Callers that may wait at once; whoever comes then is sent away. */
  queueLimit: number;
  /** How long a call waits for the busy lane that holds its target before it takes another one, in milliseconds. */
  affinityWaitMs: number;
  /** How long a call waits for a lane at most, in milliseconds. */
  queueWaitMs: number;
}

export interface LaneRequest {
  /** Key of the remote target whose session a lane may hold; null when any lane is as good. */
  target?: string | null;
  /** It may keep its lane for very long: one lane is left to the others, where there are two. */
  long?: boolean;
  signal?: AbortSignal | undefined;
}

interface Waiter {
  target: string | null;
  long: boolean;
  /** Still waits for the lane that holds its target. */
  patient: boolean;
  serve(lane: number | NotServed): void;
}

/**
 * Hands a fixed number of lanes to callers, first come first served. A call to a remote target keeps to the lane that holds
 * the target's session; only while that lane is busy, and not for longer than `affinityWaitMs`, do later callers overtake it. Long calls together
 * never take every lane, and nobody waits for longer than `queueWaitMs`.
 */
export class Lanes {
  readonly #limits: LaneLimits;
  readonly #onQueue: (length: number) => void;
  /** The lane used last stands first: it is the warm one. */
  readonly #free: number[];
  readonly #held: Set<string>[];
  /** Lanes that serve a long call. */
  readonly #long = new Set<number>();
  readonly #waiting: Waiter[] = [];
  #closed = false;

  /** `onQueue` is told how many wait whenever that changes. */
  constructor(count: number, limits: LaneLimits, onQueue: (length: number) => void = () => undefined) {
    this.#limits = limits;
    this.#onQueue = onQueue;
    this.#free = Array.from({ length: count }, (_, lane) => lane);
    this.#held = this.#free.map(() => new Set());
  }

  /** Resolves with the number of a lane, which the caller must give back, or with the reason why there is none. */
  take({ target = null, long = false, signal }: LaneRequest = {}): Promise<number | NotServed> {
    if (this.#closed) return Promise.resolve('closed');
    if (signal?.aborted) return Promise.resolve('aborted');
    // Whoever waits could not use the lanes that are free now: nobody is overtaken.
    const lane = this.#laneFor({ target, long, patient: true });
    if (lane !== undefined) return Promise.resolve(this.#occupy(lane, { target, long }));
    if (this.#waiting.length >= this.#limits.queueLimit) return Promise.resolve('busy');
    return new Promise((resolve) => {
      this.#wait({ target, long, signal }, resolve);
    });
  }

  give(lane: number): void {
    this.#free.unshift(lane);
    this.#long.delete(lane);
    this.#dispatch();
  }

  /** The lane lost the sessions that it held, or the one to `target`: calls to them may go anywhere again. */
  forget(lane: number, target?: string): void {
    if (target === undefined) this.#held[lane]?.clear();
    else this.#held[lane]?.delete(target);
    this.#dispatch();
  }

  /** Sends everybody who waits away, and whoever comes later. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.serve('closed');
    this.#onQueue(0);
  }

  #wait({ target, long, signal }: Required<LaneRequest>, resolve: (lane: number | NotServed) => void): void {
    const leave = (why: NotServed): void => {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      this.#onQueue(this.#waiting.length);
      waiter.serve(why);
    };
    const onAbort = (): void => {
      leave('aborted');
    };
    const loosen = (): void => {
      waiter.patient = false;
      this.#dispatch();
    };
    const patience = target === null ? undefined : setTimeout(loosen, this.#limits.affinityWaitMs);
    const latest = setTimeout(leave, this.#limits.queueWaitMs, 'late' satisfies NotServed);
    const waiter: Waiter = {
      target,
      long,
      patient: target !== null,
      serve(served) {
        clearTimeout(patience);
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
      const lane = this.#laneFor(waiter);
      if (lane === undefined) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      this.#onQueue(this.#waiting.length);
      waiter.serve(this.#occupy(lane, waiter));
    }
  }

  #laneFor({ target, long, patient }: Pick<Waiter, 'target' | 'long' | 'patient'>): number | undefined {
    if (long && this.#long.size >= Math.max(1, this.#held.length - 1)) return undefined;
    if (target === null) return this.#free[0];
    const holder = this.#free.find((lane) => this.#held[lane]?.has(target));
    if (holder !== undefined) return holder;
    const heldElsewhere = this.#held.some((targets) => targets.has(target));
    return heldElsewhere && patient ? undefined : this.#leastHolding();
  }

  /** Targets are spread over the lanes, so that calls to two of them need not wait for one lane. */
  #leastHolding(): number | undefined {
    const held = (lane: number): number => this.#held[lane]?.size ?? 0;
    return this.#free.toSorted((one, other) => held(one) - held(other))[0];
  }

  #occupy(lane: number, { target, long }: Pick<Waiter, 'target' | 'long'>): number {
    this.#free.splice(this.#free.indexOf(lane), 1);
    if (long) this.#long.add(lane);
    if (target !== null) this.#held[lane]?.add(target);
    return lane;
  }
}
