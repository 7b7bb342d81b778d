import type { ScriptContract } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { Redactor } from '../secrets/redaction.ts';
import { childEnvironment } from './child-environment.ts';
import { exchangeOutcome, type EndedExchange, type ExchangeOutcome } from './exchange-outcome.ts';
import { checkoutPins } from './pins.ts';
import { lookAt } from './reachable.ts';
import { prepareRequest, type PreparedRequest, type RequestSource } from './request.ts';
import type { SystemFailure, SystemOutcome } from '../step/outcome.ts';
import { refusalOf } from '../step/refusal.ts';
import { NO_METRICS, POOL_LIMITS, type PoolLimits, type ShellSettings } from './settings.ts';
import type { CallOptions, CallOutcome, Shell } from './shell.ts';
import type { Slot } from './slot.ts';
import { Slots, type NotServed } from './slots.ts';

const CONNECT_TIMEOUT_MS = 15_000;

interface ReadyCall<P, R> {
  contract: ScriptContract<P, R>;
  connection: HostConnection;
  request: PreparedRequest;
  limitMs: number;
  connectTimeoutMs: number;
  signal: AbortSignal | undefined;
  /** Noted as soon as it is known, in milliseconds. */
  waited: { ms: number };
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
  /** When each target's session last answered, in milliseconds of the process. */
  readonly #heldAt = new Map<string, number>();

  constructor(settings: ShellSettings) {
    const { executable, hostModule, environment, log, sessions = 1, metrics } = settings;
    const pins = settings.pins ?? checkoutPins();
    const limits = { ...POOL_LIMITS, ...settings.limits };
    this.#settings = settings;
    this.#limits = limits;
    this.#source = { hostModule, limits, pins, redactor: new Redactor() };
    this.#slots = new Slots(
      sessions,
      { executable, environment: childEnvironment(environment), limits, pins, log },
      metrics,
    );
    this.simulated = hostModule.name === 'plant' ? ['plant'] : [];
  }

  async version(): Promise<string> {
    const served = await this.#slots.serve({ waitMs: this.#limits.startMs, target: null, long: false }, (slot) =>
      slot.warm(this.#slots.closing),
    );
    if (typeof served === 'string')
      throw new Error(`No PowerShell session is to be had (${served}): open a new shell.`);
    if (!served.started) throw new Error(served.end.message);
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
    const waited = { ms: 0 };
    const { signal } = options;
    const end = await prepareRequest(contract, connection, parameters, { ...this.#source, target }).then(
      (request) => this.#reach({ contract, connection, request, limitMs, connectTimeoutMs, signal, waited }),
      refusalOf,
    );
    const [totalMs, waitedMs] = [performance.now() - began, waited.ms];
    metrics.called({ script: contract.name, outcome: end.kind === 'refused' ? end.type : end.kind, totalMs, waitedMs });
    return { said: [], ...end };
  }

  async close(graceMs = this.#limits.graceMs): Promise<void> {
    await this.#slots.close(graceMs);
  }

  /** A host that does not answer costs the call its time, and no call a session. */
  async #reach<P, R>(call: ReadyCall<P, R>): Promise<SystemOutcome<R> | CallOutcome<R>> {
    const unreached = await this.#look(call);
    if (unreached) return unreached;
    const { contract, limitMs: waitMs, signal, request } = call;
    const began = performance.now();
    const wanted = { waitMs, target: request.target, long: waitMs > this.#limits.longCallMs, signal };
    const served = await this.#slots.serve(wanted, (slot) => {
      call.waited.ms = performance.now() - began;
      return this.#serve(slot, call);
    });
    if (typeof served !== 'string') return served;
    call.waited.ms = performance.now() - began;
    return notServed(contract.name, served, waitMs);
  }

  /** Whether the call's host answers: null when it does, and when nobody need look: its session just answered, or none is needed. */
  async #look<P, R>({ contract, connection, request, connectTimeoutMs, signal, limitMs }: ReadyCall<P, R>) {
    const { target } = request;
    const { closed } = this.#slots;
    if (target === null) return null;
    const justHeld = performance.now() - (this.#heldAt.get(target) ?? -Infinity) < this.#limits.askAfterMs;
    if (justHeld && this.#slots.holds(target)) return null;
    const stop = signal ? AbortSignal.any([signal, closed]) : closed;
    const seen = await lookAt(connection, { limitMs: connectTimeoutMs, signal: stop });
    if (seen.answers === 'no') return { kind: 'refused', type: 'HostUnreachable', message: seen.message } as const;
    return seen.answers === 'yes' ? null : notServed(contract.name, closed.aborted ? 'closed' : 'aborted', limitMs);
  }

  async #serve<P, R>(slot: Slot, call: ReadyCall<P, R>): Promise<SystemOutcome<R> | CallOutcome<R>> {
    const { contract, request, limitMs, signal } = call;
    const { id, redaction, target } = request;
    const { closing } = this.#slots;
    const start = await slot.warm(signal ? AbortSignal.any([signal, closing]) : closing);
    if (!start.started) {
      if (target !== null) slot.targets.delete(target);
      return start.end;
    }
    const exchange = await start.session.exchange(request.line, id, { limitMs, signal });
    const { outcome, told, recycle } = this.#outcome({ contract, id, exchange, remote: target !== null, redaction });
    if (told) slot.weigh(told);
    if (recycle !== null) await slot.recycle(recycle);
    // Where nothing is open there is nothing to come back for, and whoever comes next looks first whether the host answers.
    if (target !== null && told?.kept) this.#heldAt.set(target, performance.now());
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

/** How a call ends that got no session: nothing ran. */
function notServed(name: string, why: NotServed, limitMs: number): SystemFailure {
  if (why === 'aborted') return { kind: 'cancelled', message: `${name} was cancelled before it ran.`, started: false };
  const message =
    why === 'late'
      ? `${name} was not run: no PowerShell session of this worker became free within its time of ${limitMs / 1000} s. Fewer targets at once, or another worker, would help.`
      : `${name} was not run: this worker is shutting down and takes no new calls.`;
  return { kind: 'refused', type: 'ShellFailure', message };
}
