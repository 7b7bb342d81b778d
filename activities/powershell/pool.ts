import type { ScriptContract } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { Redactor } from '../secrets/redaction.ts';
import { exchangeOutcome } from './exchange-outcome.ts';
import { lookAt } from './reachable.ts';
import { NO_SIDE_OUTPUT } from './side-output.ts';
import { SlotPool } from './slot-pool.ts';
import type { Slot } from './slot.ts';
import { checkoutPins, type Pins } from './pins/pins.ts';
import { notServed, notStarted, recycleReason } from './pool-outcomes.ts';
import { prepareRequest, type PreparedRequest } from './request.ts';
import { NO_METRICS } from './shell-metrics.ts';
import { POOL_LIMITS, type PoolLimits, type ShellSettings } from './shell-settings.ts';
import type { CallOptions, CallOutcome, CloseOptions, Shell } from './shell.ts';

const CONNECT_TIMEOUT_MS = 15_000;

interface ReadyCall<P, R> {
  contract: ScriptContract<P, R>;
  connection: HostConnection;
  request: Extract<PreparedRequest, { ready: true }>;
  limitMs: number;
  connectTimeoutMs: number;
  signal: AbortSignal | undefined;
}

/** Warm PowerShell sessions behind one queue. What goes wrong in a session costs the call that runs in it and no other. */
export class ShellPool implements Shell {
  readonly simulated: string[];
  readonly #settings: ShellSettings;
  readonly #limits: PoolLimits;
  readonly #redactor = new Redactor();
  readonly #pins: Pins;
  readonly #slots: SlotPool;
  /** When each target's session last answered, in milliseconds of the process. */
  readonly #heldAt = new Map<string, number>();

  constructor(settings: ShellSettings) {
    this.#settings = settings;
    this.#limits = { ...POOL_LIMITS, ...settings.limits };
    this.#pins = settings.pins ?? checkoutPins();
    this.#slots = new SlotPool(settings, this.#limits, this.#pins);
    this.simulated = [
      ...(settings.simulatedShell ? ['powershell'] : []),
      ...(settings.hostModule === 'plant' ? ['plant'] : []),
    ];
  }

  async version(): Promise<string> {
    const waitMs = this.#limits.startMs;
    const served = await this.#slots.serve({ waitMs }, async (slot) => ({
      start: await slot.warm(this.#slots.closing),
    }));
    if (typeof served === 'string')
      throw new Error(`No PowerShell session is to be had (${served}): open a new shell.`);
    if (!served.start.started) throw new Error(served.start.message);
    return served.start.version;
  }

  async call<P, R>(
    contract: ScriptContract<P, R>,
    connection: HostConnection,
    parameters: P,
    options: CallOptions = {},
  ): Promise<CallOutcome<R>> {
    const began = performance.now();
    const limitMs = Math.min(contract.timeLimitMs, options.limitMs ?? Infinity);
    const { hostModule, plantReached = 'here', environment, metrics = NO_METRICS } = this.#settings;
    // Clearly less than the call's own limit: a host that cannot be connected to is told as such, and not as a time-out.
    const connectTimeoutMs = Math.min(Math.ceil(limitMs / 2), CONNECT_TIMEOUT_MS);
    const target = { environment, connectTimeoutMs, platform: process.platform };
    const here = hostModule === 'plant' && plantReached === 'here';
    const own = { pins: this.#pins, redactor: this.#redactor, limits: this.#limits };
    const request = await prepareRequest({ contract, connection, parameters, hostModule, here, target, ...own });
    const { outcome, waitedMs } = request.ready
      ? await this.#reach({ contract, connection, request, limitMs, connectTimeoutMs, signal: options.signal })
      : { outcome: request.outcome, waitedMs: 0 };
    metrics.called({ script: contract.name, outcome: outcome.kind, totalMs: performance.now() - began, waitedMs });
    return outcome;
  }

  async close({ graceMs = this.#limits.graceMs }: CloseOptions = {}): Promise<void> {
    await this.#slots.close(graceMs);
  }

  /** A host that does not answer costs the call its time, and no call a session. */
  async #reach<P, R>(call: ReadyCall<P, R>): Promise<{ outcome: CallOutcome<R>; waitedMs: number }> {
    const unreached = await this.#look(call);
    return unreached ? { outcome: unreached, waitedMs: 0 } : this.#enqueue(call);
  }

  /** Whether the call's host answers: null when it does, and when nobody need look: its session just answered, or none is needed. */
  async #look<P, R>(call: ReadyCall<P, R>): Promise<CallOutcome<never> | null> {
    const { contract, connection, request, connectTimeoutMs, signal } = call;
    const { closed } = this.#slots;
    if (request.affinity === null || this.#justHeld(request.affinity)) return null;
    const stop = signal ? AbortSignal.any([signal, closed]) : closed;
    const seen = await lookAt(connection, { limitMs: connectTimeoutMs, signal: stop });
    if (seen.answers === 'no') return { kind: 'connect-failed', message: seen.message, sideOutput: NO_SIDE_OUTPUT };
    if (seen.answers === 'yes') return null;
    return notServed(contract.name, closed.aborted ? 'closed' : 'aborted', call.limitMs);
  }

  #justHeld(target: string): boolean {
    const heldAt = this.#heldAt.get(target) ?? -Infinity;
    return performance.now() - heldAt < this.#limits.askAfterMs && this.#slots.holds(target);
  }

  #note(target: string, index: number, kept: boolean): void {
    if (kept) this.#heldAt.set(target, performance.now());
    else this.#slots.forget(index, target);
  }

  async #enqueue<P, R>(call: ReadyCall<P, R>): Promise<{ outcome: CallOutcome<R>; waitedMs: number }> {
    const began = performance.now();
    let waitedMs = 0;
    const { signal, limitMs } = call;
    const target = call.request.affinity;
    const long = limitMs > this.#limits.longCallMs;
    const served = await this.#slots.serve({ waitMs: limitMs, target, long, signal }, async (slot, index) => {
      waitedMs = performance.now() - began;
      const { outcome, kept } = await this.#serve(slot, call);
      // Nothing is open that would be worth coming back for, and whoever comes next looks first whether the host answers.
      if (target !== null) this.#note(target, index, kept);
      return outcome;
    });
    const refused = typeof served === 'string';
    return {
      outcome: refused ? notServed(call.contract.name, served, limitMs) : served,
      waitedMs: refused ? performance.now() - began : waitedMs,
    };
  }

  /** `kept`: the session with the target is there for the next call. */
  async #serve<P, R>(slot: Slot, call: ReadyCall<P, R>): Promise<{ outcome: CallOutcome<R>; kept: boolean }> {
    const { contract, connection, request, limitMs, signal } = call;
    const { closing } = this.#slots;
    const start = await slot.warm(signal ? AbortSignal.any([signal, closing]) : closing);
    if (!start.started) return { outcome: notStarted(start), kept: false };
    const { id, redaction, affinity } = request;
    const exchange = await start.session.exchange(request.line, id, { limitMs, signal });
    const plant = this.#settings.hostModule === 'plant';
    const ended = exchangeOutcome({ contract, id, exchange, remote: affinity !== null, plant, redaction });
    if (ended.told) slot.weigh(ended.told, connection.address);
    const reason = recycleReason(exchange.end, ended.recycle);
    if (reason !== null) await slot.recycle(reason);
    return { outcome: ended.outcome, kept: ended.told?.kept ?? false };
  }
}
