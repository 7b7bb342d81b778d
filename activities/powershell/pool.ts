import { setTimeout as delay } from 'node:timers/promises';
import type { HostConnection } from '../../model/inventory.ts';
import type { ScriptContract } from '../../model/script-contract.ts';
import { childEnvironment } from './child-environment.ts';
import { judgeSafely } from './judge.ts';
import { Lane } from './lane.ts';
import { Lanes, type LaneRequest, type NotServed } from './lanes.ts';
import { checkoutPins, type Pins } from './pins/pins.ts';
import { notServed, notStarted, recycleReason } from './pool-outcomes.ts';
import { Redactor } from './redaction.ts';
import { prepareRequest, type PreparedRequest } from './request.ts';
import { NO_METRICS, type ShellMetrics } from './shell-metrics.ts';
import { POOL_LIMITS, type PoolLimits, type ShellSettings } from './shell-settings.ts';
import type { CallOptions, CallOutcome, CloseOptions, Shell } from './shell.ts';

const CONNECT_TIMEOUT_MS = 15_000;

interface ReadyCall<P, R> {
  contract: ScriptContract<P, R>;
  request: Extract<PreparedRequest, { ready: true }>;
  limitMs: number;
  signal: AbortSignal | undefined;
}

/** Warm PowerShell sessions behind one queue. What goes wrong in a session costs the call that runs in it and no other. */
export class ShellPool implements Shell {
  readonly simulated: string[];
  readonly #settings: ShellSettings;
  readonly #limits: PoolLimits;
  readonly #metrics: ShellMetrics;
  readonly #lanes: Lanes;
  readonly #redactor = new Redactor();
  readonly #pins: Pins;
  readonly #places: Lane[];
  readonly #closing = new AbortController();
  readonly #busy = new Set<Promise<unknown>>();
  #sessions = 0;

  constructor(settings: ShellSettings) {
    const { sessions = 1, metrics = NO_METRICS } = settings;
    this.#settings = settings;
    this.#limits = { ...POOL_LIMITS, ...settings.limits };
    this.#metrics = metrics;
    this.#pins = settings.pins ?? checkoutPins();
    this.simulated = [
      ...(settings.simulatedShell ? ['powershell'] : []),
      ...(settings.hostModule === 'plant' ? ['plant'] : []),
    ];
    const { queueLength, affinityWaitMs, queueWaitMs } = this.#limits;
    const laneLimits = { queueLimit: queueLength, affinityWaitMs, queueWaitMs };
    this.#lanes = new Lanes(sessions, laneLimits, (length) => metrics.queued(length));
    const environment = childEnvironment(settings.environment);
    this.#places = Array.from({ length: sessions }, (_, index) => this.#place(index, environment));
  }

  async version(): Promise<string> {
    const served = await this.#inLane({}, async (lane) => ({
      start: await lane.warm(this.#closing.signal),
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
    const { hostModule, environment } = this.#settings;
    const connectTimeoutMs = Math.min(limitMs, CONNECT_TIMEOUT_MS);
    const target = { environment, connectTimeoutMs, platform: process.platform };
    const [pins, redactor] = [this.#pins, this.#redactor];
    const request = await prepareRequest({ contract, connection, parameters, hostModule, target, pins, redactor });
    const { outcome, waitedMs } = request.ready
      ? await this.#enqueue({ contract, request, limitMs, signal: options.signal })
      : { outcome: request.outcome, waitedMs: 0 };
    const totalMs = performance.now() - began;
    this.#metrics.called({ script: contract.name, outcome: outcome.kind, totalMs, waitedMs });
    return outcome;
  }

  async close({ graceMs = this.#limits.graceMs }: CloseOptions = {}): Promise<void> {
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

  #place(index: number, environment: Record<string, string>): Lane {
    const { executable, simulatedShell, log } = this.#settings;
    return new Lane({
      executable,
      environment,
      simulatedShell,
      limits: this.#limits,
      pins: this.#pins,
      log,
      onStart: () => {
        this.#count(1);
      },
      onRecycle: (reason) => {
        this.#count(-1);
        this.#metrics.recycled(reason);
        this.#lanes.forget(index);
      },
    });
  }

  #count(change: number): void {
    this.#sessions += change;
    this.#metrics.sessions(this.#sessions);
  }

  async #enqueue<P, R>(call: ReadyCall<P, R>): Promise<{ outcome: CallOutcome<R>; waitedMs: number }> {
    const began = performance.now();
    let waitedMs = 0;
    const { signal, limitMs } = call;
    const target = call.request.affinity;
    const long = limitMs > this.#limits.longCallMs;
    const served = await this.#inLane({ target, long, signal }, async (lane, index) => {
      waitedMs = performance.now() - began;
      const outcome = await this.#serve(lane, call);
      // Nothing was opened that would be worth coming back for.
      if (outcome.kind === 'connect-failed' && target !== null) this.#lanes.forget(index, target);
      return outcome;
    });
    const refused = typeof served === 'string';
    return {
      outcome: refused ? notServed(call.contract.name, served, this.#limits) : served,
      waitedMs: refused ? performance.now() - began : waitedMs,
    };
  }

  async #serve<P, R>(lane: Lane, { contract, request, limitMs, signal }: ReadyCall<P, R>): Promise<CallOutcome<R>> {
    const closing = this.#closing.signal;
    const start = await lane.warm(signal ? AbortSignal.any([signal, closing]) : closing);
    if (!start.started) return notStarted(start);
    const exchange = await start.session.exchange(request.line, { limitMs, signal });
    const plant = this.#settings.hostModule === 'plant';
    const judged = judgeSafely({ contract, id: request.id, exchange, plant, redaction: request.redaction });
    lane.weigh(judged.memoryBytes);
    const reason = recycleReason(exchange.end, judged.recycle);
    if (reason !== null) await lane.recycle(reason);
    return judged.outcome;
  }

  async #inLane<T extends object>(
    request: LaneRequest,
    work: (lane: Lane, index: number) => Promise<T>,
  ): Promise<T | NotServed> {
    // Busy from here on: a closing pool waits for whoever was given a lane, and sends those who wait away.
    return this.#whileBusy(this.#lanes.take(request).then((index) => this.#workIn(index, work)));
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
