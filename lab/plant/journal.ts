import type { JournalEntry } from './api.ts';
import { stamp } from './clock.ts';

type Predicate = (entries: readonly JournalEntry[]) => boolean;

interface Waiter {
  predicate: Predicate;
  settle: (error: Error | null) => void;
}

/** Every effect on the plant in order, and a way to wait for one without polling. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  readonly #waiters = new Set<Waiter>();

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  record(entry: Omit<JournalEntry, 'at'>): void {
    this.#entries.push({ at: stamp(), ...entry });
    this.changed();
  }

  /** Lets everybody who waits look again: something about the plant is different, in the journal or in a host's state. */
  changed(): void {
    for (const waiter of this.#waiters) if (waiter.predicate(this.#entries)) waiter.settle(null);
  }

  /** Resolves once the predicate holds; it is asked at once and after every change. Rejects after `timeoutMs` of real time. */
  async until(predicate: Predicate, timeoutMs: number): Promise<void> {
    if (predicate(this.#entries)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        const last = this.#entries.slice(-5).map(({ host, effect, detail }) => `${host} ${effect} ${detail}`);
        settle(
          new Error(`What was awaited did not happen within ${timeoutMs} ms. Last: ${last.join('; ') || 'nothing'}.`),
        );
      }, timeoutMs);
      const settle = (error: Error | null): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        if (error === null) resolve();
        else reject(error);
      };
      const waiter: Waiter = { predicate, settle };
      this.#waiters.add(waiter);
    });
  }

  close(): void {
    for (const waiter of this.#waiters)
      waiter.settle(new Error('The plant was closed while something was awaited on it.'));
  }
}
