import type { ScriptContract } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { Redactor } from '../secrets/redaction.ts';
import { childEnvironment } from './child-environment.ts';
import { exchangeOutcome, type EndedExchange, type ExchangeOutcome } from './exchange-outcome.ts';
import { checkoutPins } from './pins.ts';
import { lookAt } from './reachable.ts';
import { prepareRequest, type PreparedRequest, type RequestSource } from './request.ts';
import type { SystemOutcome } from '../step/outcome.ts';
import { refusalOf } from '../step/refusal.ts';
import { NO_METRICS, POOL_LIMITS, type PoolLimits, type ShellSettings } from './settings.ts';
import type { CallOptions, CallOutcome, Shell } from './shell.ts';
import type { Slot } from './slot.ts';
import { Slots } from './slots.ts';

const CONNECT_TIMEOUT_MS = 15_000;

interface Call<P, R> {
  contract: ScriptContract<P, R>;
  connection: HostConnection;
  limitMs: number;
  connectTimeoutMs: number;
  signal: AbortSignal | undefined;
  /** How long it waited for its session. */
  waitedMs: number;
}

/** Opens the way to contracted scripts: a pool of warm sessions. Starts no process yet. */
export function openShell(settings: ShellSettings): Shell {
  return new ShellPool(settings);
}

/** Warm PowerShell sessions behind one queue. What goes wrong in a session costs the call that runs in it and no other. */
class ShellPool implements Shell {
  readonly simulated: string[];
  readonly #settings: ShellSettings;
  readonly #limits: PoolLimits;
  readonly #source: Omit<RequestSource, 'target'>;
  readonly #slots: Slots;

  constructor(settings: ShellSettings) {
    const { executable, hostModule, environment, log, sessions = 1, metrics } = settings;
    const pins = settings.pins ?? checkoutPins();
    const limits = { ...POOL_LIMITS, ...settings.limits };
    this.#settings = settings;
    this.#limits = limits;
    this.#source = { hostModule, limits, pins, redactor: new Redactor() };
    const slotSettings = { executable, environment: childEnvironment(environment), limits, pins, log };
    this.#slots = new Slots(sessions, slotSettings, metrics);
    this.simulated = hostModule.name === 'plant' ? ['plant'] : [];
  }

  async version(): Promise<string> {
    const wanted = { waitMs: this.#limits.startMs, target: null, long: false };
    const served = await this.#slots.serve(wanted, (slot) => slot.warm());
    if ('kind' in served) throw new Error(served.message);
    return served.version;
  }

  async call<P, R>(
    contract: ScriptContract<P, R>,
    connection: HostConnection,
    parameters: P,
    options: CallOptions = {},
  ): Promise<CallOutcome<R>> {
    const began = performance.now();
    const { environment, metrics = NO_METRICS } = this.#settings;
    const limitMs = Math.min(contract.timeLimitMs, options.limitMs ?? Infinity);
    // Clearly less than the call's own limit: a host that cannot be connected to is told as such, and not as a time-out.
    const connectTimeoutMs = Math.min(Math.ceil(limitMs / 2), CONNECT_TIMEOUT_MS);
    const target = { environment, connectTimeoutMs, platform: process.platform };
    const call = { contract, connection, limitMs, connectTimeoutMs, signal: options.signal, waitedMs: 0 };
    const end = await prepareRequest(contract, connection, parameters, { ...this.#source, target }).then(
      (request) => this.#reach(call, request),
      refusalOf,
    );
    const [outcome, totalMs] = [end.kind === 'refused' ? end.type : end.kind, performance.now() - began];
    metrics.called({ script: contract.name, outcome, totalMs, waitedMs: call.waitedMs });
    return { said: [], ...end };
  }

  async close(graceMs = this.#limits.graceMs): Promise<void> {
    await this.#slots.close(graceMs);
  }

  /** A host that does not answer costs the call its time, and no call a session. */
  async #reach<P, R>(call: Call<P, R>, request: PreparedRequest): Promise<SystemOutcome<R> | CallOutcome<R>> {
    const { limitMs: waitMs, signal } = call;
    const { target } = request;
    const message = target === null ? null : await this.#look(call, target);
    if (message !== null) return { kind: 'refused', type: 'HostUnreachable', message };
    const long = waitMs > this.#limits.longCallMs;
    const waited = (ms: number): void => void (call.waitedMs = ms);
    return this.#slots.serve({ waitMs, target, long, signal, waited }, (slot) => this.#serve(slot, call, request));
  }

  /** Why the call's host does not answer; null when it does, when its session just answered, and when nobody waits for it any more. */
  async #look<P, R>(call: Call<P, R>, target: string): Promise<string | null> {
    if (performance.now() - this.#slots.heldAt(target) < this.#limits.askAfterMs) return null;
    const { closed } = this.#slots;
    const signal = AbortSignal.any(call.signal ? [call.signal, closed] : [closed]);
    const message = await lookAt(call.connection, { limitMs: call.connectTimeoutMs, signal });
    return signal.aborted ? null : message;
  }

  async #serve<P, R>(
    slot: Slot,
    { contract, limitMs, signal }: Call<P, R>,
    { id, line, redaction, target }: PreparedRequest,
  ): Promise<SystemOutcome<R> | CallOutcome<R>> {
    const session = await slot.warm(signal);
    if ('kind' in session) {
      if (target !== null) slot.targets.delete(target);
      return session;
    }
    const exchange = await session.exchange(line, id, { limitMs, signal });
    const { outcome, told, recycle } = this.#outcome({ contract, id, exchange, remote: target !== null, redaction });
    if (told) slot.memoryBytes = told.memoryBytes;
    if (recycle !== null) await slot.recycle(recycle);
    else if (target !== null && told?.kept) slot.targets.set(target, performance.now());
    // Where nothing is open there is nothing to come back for, and whoever comes next looks first whether the host answers.
    else if (target !== null) slot.targets.delete(target);
    return outcome;
  }

  /** An answer may be such that our own code stumbles over it: the call has run all the same, and nothing of the answer is told. */
  #outcome<P, R>(ended: EndedExchange<P, R>): ExchangeOutcome<R> {
    try {
      return exchangeOutcome(ended);
    } catch (error) {
      const message = `The answer of ${ended.contract.name} could not be worked off (${error instanceof Error ? error.name : 'unknown'}).`;
      return { outcome: { kind: 'caller-failed', message, said: [] }, recycle: 'protocol', told: null };
    }
  }
}
