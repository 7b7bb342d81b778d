import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { SystemFailure } from '../step/outcome.ts';
import { NO_METRICS, type ShellMetrics } from './settings.ts';
import { Slot, type SlotSettings } from './slot.ts';

const CANCELLED: SystemFailure = { kind: 'cancelled', message: 'Cancelled before it ran.', started: false };
const CLOSED = notRun('this worker is shutting down and takes no new calls.');

export interface SlotRequest {
  /** How long the caller waits at most, in milliseconds. */
  waitMs: number;
  /** Key of the remote target whose session a slot may hold; null when any slot is as good. */
  target: string | null;
  /** It may keep its slot for very long: one slot is left to the others, where there are two. */
  long: boolean;
  signal?: AbortSignal | undefined;
  /** Hears how long the caller waited, in milliseconds, whatever for. */
  waited?: (ms: number) => void;
}

/**
 * Hands a fixed number of slots to callers, first come first served. A call to a remote target keeps to the slot that holds
 * the target's session: each session that is open costs the target a shell. It waits while that slot is busy, and callers who can use
 * another slot overtake it; only from a long call does it turn away. Long calls together never take every slot.
 */
export class Slots {
  readonly #closed = new AbortController();
  /** Aborted as soon as the slots are closed: whoever has none yet gives up. */
  readonly closed = this.#closed.signal;
  /** Aborted when the grace time is over: whatever still starts a session gives up. */
  readonly #closing = new AbortController();
  readonly #metrics: ShellMetrics;
  /** The slot used last stands first: it is the warm one. */
  readonly #slots: Slot[];
  /** Whoever waits looks again, in the order in which they came. */
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #changed = (): void => void this.#changes.emit('change');
  #waiting = 0;
  #sessions = 0;

  constructor(count: number, settings: Omit<SlotSettings, 'closing' | 'onChange'>, metrics = NO_METRICS) {
    this.#metrics = metrics;
    const onChange: SlotSettings['onChange'] = (change, reason) => {
      this.#sessions += change;
      metrics.sessions(this.#sessions);
      if (reason) metrics.recycled(reason);
      this.#changed();
    };
    const slotSettings = { ...settings, closing: this.#closing.signal, onChange };
    this.#slots = Array.from({ length: count }, () => new Slot(slotSettings));
  }

  /** Does the work in a slot as soon as there is one; or says why there is none: nothing ran. */
  async serve<T>(request: SlotRequest, work: (slot: Slot) => Promise<T>): Promise<T | SystemFailure> {
    const began = performance.now();
    const slot = this.#take(request) ?? (await this.#wait(request));
    request.waited?.(performance.now() - began);
    if ('kind' in slot) return slot;
    try {
      return await work(slot);
    } finally {
      void this.#giveBack(slot);
    }
  }

  /** When a session with the target that is still open last answered, in milliseconds of the process. */
  heldAt(target: string): number {
    return Math.max(...this.#slots.map(({ targets }) => targets.get(target) ?? -Infinity));
  }

  /** Refuses every call that waits or comes later, lets running ones end within the grace time, then ends every process tree. */
  async close(graceMs: number): Promise<void> {
    this.#closed.abort();
    this.#changed();
    const drained = this.#drained();
    await Promise.race([drained, delay(graceMs, undefined, { ref: false })]);
    this.#closing.abort();
    await Promise.all(this.#slots.map((slot) => slot.end()));
    await drained;
    this.#metrics.sessions(0);
  }

  async #drained(): Promise<void> {
    while (!this.#slots.every(isFree)) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#changes.once('change', resolve));
  }

  async #wait(request: SlotRequest): Promise<Slot | SystemFailure> {
    const { waitMs, signal } = request;
    const tooLate = `no PowerShell session of this worker became free within its time of ${waitMs / 1000} s. Fewer targets at once, or another worker, would help.`;
    const late = AbortSignal.timeout(waitMs);
    for (const stop of [late, signal]) stop?.addEventListener('abort', this.#changed, { once: true });
    this.#metrics.queued((this.#waiting += 1));
    let slot: Slot | SystemFailure | undefined;
    while (!slot) {
      await this.#change();
      slot = this.#take(request) ?? (late.aborted ? notRun(tooLate) : undefined);
    }
    this.#metrics.queued((this.#waiting -= 1));
    return slot;
  }

  /** A worn session is replaced before the next call, and nobody's answer waits for that. */
  async #giveBack(slot: Slot): Promise<void> {
    await slot.rest();
    slot.serves = 'nobody';
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.#slots.unshift(slot);
    this.#changed();
  }

  /** The slot that serves the request from now on, or why none ever will. Those who wait could not use what is free now: nobody is overtaken. */
  #take({ target, long, signal }: SlotRequest): Slot | SystemFailure | undefined {
    if (this.closed.aborted) return CLOSED;
    if (signal?.aborted) return CANCELLED;
    const longCalls = this.#slots.filter(({ serves }) => serves === 'long-call').length;
    if (long && longCalls >= Math.max(1, this.#slots.length - 1)) return undefined;
    const holders = this.#slots.filter(({ targets }) => target !== null && targets.has(target));
    const isHeld = holders.some(({ serves }) => serves !== 'long-call');
    // Targets are spread over the slots, so that calls to two of them need not wait for one; what needs no target may take long, and is
    // kept away from them. Among equals the warm one.
    const fewest = this.#slots.filter(isFree).toSorted((one, other) => one.targets.size - other.targets.size);
    const slot = isHeld ? holders.find(isFree) : fewest[0];
    if (slot) slot.serves = long ? 'long-call' : 'call';
    if (target !== null && !slot?.targets.has(target)) slot?.targets.set(target, -Infinity);
    return slot;
  }
}

function notRun(why: string): SystemFailure {
  return { kind: 'refused', type: 'ShellFailure', message: `It was not run: ${why}` };
}

function isFree({ serves }: Slot): boolean {
  return serves === 'nobody';
}
