/** Longest delay that `setTimeout` takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Time on the plant: durations are given in plant milliseconds and pass `scale` times as fast; stamps are real wall-clock
 * times. No timer keeps the process alive, and none is left after `close`.
 */
export class PlantClock {
  readonly #scale: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(scale: number) {
    if (!(scale > 0)) throw new RangeError(`The plant's scale must be a number above 0, not ${scale}.`);
    this.#scale = scale;
  }

  /** Plant milliseconds that have passed since the real instant `since`, in milliseconds of the epoch. */
  elapsed(since: number): number {
    return (Date.now() - since) * this.#scale;
  }

  /** Does `action` after a plant duration; the function that is returned calls it off. */
  after(plantMs: number, action: () => void): () => void {
    return this.at(Date.now() + plantMs / this.#scale, action);
  }

  /** Does `action` at a real instant, in milliseconds of the epoch; the function that is returned calls it off. */
  at(instant: number, action: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      clearTimeout(timer);
      if (timer !== undefined) this.#timers.delete(timer);
    };
    const arm = (): void => {
      if (this.#closed) return;
      const delay = Math.min(Math.max(instant - Date.now(), 0), LONGEST_TIMER);
      timer = setTimeout(() => {
        cancel();
        // Timers may fire a millisecond early, and long ones are armed in stretches.
        if (Date.now() < instant - 1) arm();
        else action();
      }, delay).unref();
      this.#timers.add(timer);
    };
    arm();
    return cancel;
  }

  /** Resolves after a plant duration; never when the plant is closed before. */
  async wait(plantMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(plantMs, resolve);
    });
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size;
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** Now, as it stands in every record. */
export function stamp(): string {
  return new Date().toISOString();
}
