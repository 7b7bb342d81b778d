/** Why a place in the queue was not got: the caller gave up, or the lanes were closed. */
export type NotServed = 'aborted' | 'closed';

interface Waiter {
  serve(lane: number | NotServed): void;
}

/** Hands a fixed number of lanes to callers, first come first served. */
export class Lanes {
  readonly #free: number[];
  readonly #waiting: Waiter[] = [];
  #closed = false;

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, lane) => lane);
  }

  /** Resolves with the number of a lane, which the caller must give back, or with the reason why there is none. */
  take(signal?: AbortSignal): Promise<number | NotServed> {
    if (this.#closed) return Promise.resolve('closed');
    if (signal?.aborted) return Promise.resolve('aborted');
    const lane = this.#free.shift();
    if (lane !== undefined) return Promise.resolve(lane);
    return new Promise((resolve) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        resolve('aborted');
      };
      const waiter: Waiter = {
        serve(served) {
          signal?.removeEventListener('abort', onAbort);
          resolve(served);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  give(lane: number): void {
    const next = this.#waiting.shift();
    if (next) next.serve(lane);
    // The lane used last is the warm one.
    else this.#free.unshift(lane);
  }

  /** Sends everybody who waits away, and whoever comes later. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.serve('closed');
  }
}
