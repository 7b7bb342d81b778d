import type { ScriptContract } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { Redactor } from '../secrets/redaction.ts';
import { childEnvironment } from './child-environment.ts';
import { exchangeOutcome } from './exchange-outcome.ts';
import { checkoutPins } from './pins.ts';
import { lookAt } from './reachable.ts';
import { prepareRequest, type PreparedRequest, type RequestSource } from './request.ts';
import type { SystemFailure } from '../step/outcome.ts';
import { NO_METRICS, POOL_LIMITS, type PoolLimits, type ShellSettings } from './settings.ts';
import type { CallOptions, CallOutcome, CloseOptions, Shell } from './shell.ts';
import type { Slot } from './slot.ts';
import { Slots, type NotServed } from './slots.ts';
import type { Start } from './start-session.ts';

const CONNECT_TIMEOUT_MS = 15_000;

interface ReadyCall<P, R> {
  contract: ScriptContract<P, R>;
  connection: HostConnection;
  request: Extract<PreparedRequest, { ready: true }>;
  limitMs: number;
  connectTimeoutMs: number;
  signal: AbortSignal | undefined;
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
    if (!served.started) throw new Error(served.message);
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
    const request = await prepareRequest(contract, connection, parameters, { ...this.#source, target });
    const { outcome, waitedMs } = request.ready
      ? await this.#reach({ contract, connection, request, limitMs, connectTimeoutMs, signal: options.signal })
      : { outcome: { ...request.outcome, said: [] }, waitedMs: 0 };
    metrics.called({
      script: contract.name,
      outcome: outcome.kind === 'refused' ? outcome.type : outcome.kind,
      totalMs: performance.now() - began,
      waitedMs,
    });
    return outcome;
  }

  async close({ graceMs = this.#limits.graceMs }: CloseOptions = {}): Promise<void> {
    await this.#slots.close(graceMs);
  }

  /** A host that does not answer costs the call its time, and no call a session. */
  async #reach<P, R>(call: ReadyCall<P, R>): Promise<{ outcome: CallOutcome<R>; waitedMs: number }> {
    const unreached = await this.#look(call);
    if (unreached) return { outcome: { ...unreached, said: [] }, waitedMs: 0 };
    const { limitMs, signal, request, contract } = call;
    const { target } = request;
    const began = performance.now();
    let waitedMs = 0;
    const wanted = { waitMs: limitMs, target, long: limitMs > this.#limits.longCallMs, signal };
    const served = await this.#slots.serve(wanted, (slot) => {
      waitedMs = performance.now() - began;
      return this.#serve(slot, call);
    });
    if (typeof served !== 'string') return { outcome: served, waitedMs };
    const outcome = { ...notServed(contract.name, served, limitMs), said: [] };
    return { outcome, waitedMs: performance.now() - began };
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

  async #serve<P, R>(slot: Slot, call: ReadyCall<P, R>): Promise<CallOutcome<R>> {
    const { contract, connection, request, limitMs, signal } = call;
    const { id, redaction, target } = request;
    const { closing } = this.#slots;
    const start = await slot.warm(signal ? AbortSignal.any([signal, closing]) : closing);
    let kept = false;
    let outcome: CallOutcome<R>;
    if (start.started) {
      const exchange = await start.session.exchange(request.line, id, { limitMs, signal });
      const ended = exchangeOutcome({ contract, id, exchange, remote: target !== null, redaction });
      if (ended.told) slot.weigh(ended.told, connection.address);
      if (ended.recycle !== null) await slot.recycle(ended.recycle);
      kept = ended.told?.kept ?? false;
      outcome = ended.outcome;
    } else outcome = { ...notStarted(start), said: [] };
    // Where nothing is open there is nothing to come back for, and whoever comes next looks first whether the host answers.
    if (target !== null && kept) this.#heldAt.set(target, performance.now());
    else if (target !== null) slot.targets.delete(target);
    return outcome;
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

/** How a call ends whose session did not start: nothing ran. */
function notStarted({ reason, message }: Extract<Start, { started: false }>): SystemFailure {
  if (reason === 'cancelled') return { kind: 'cancelled', message, started: false };
  return { kind: 'refused', type: reason === 'not-pinned' ? 'ScriptNotPinned' : 'ShellFailure', message };
}
