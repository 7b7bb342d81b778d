import type { SystemFailure } from '../step/outcome.ts';
import type { Pins } from './pins.ts';
import type { PowerShellOptions } from './powershell-process.ts';
import type { PoolLimits, RecycleReason, ShellLog } from './settings.ts';
import type { Session } from './session.ts';
import { startSession } from './start-session.ts';

export interface SlotSettings extends PowerShellOptions {
  limits: PoolLimits;
  pins: Pins;
  log: ShellLog;
  /** Aborted when whatever still starts a session has to give up. */
  closing: AbortSignal;
  /** A session was started (1), or given up and with it every connection that it held (-1 and the reason). */
  onChange: (change: 1 | -1, reason?: RecycleReason) => void;
}

/** Nothing runs in such a session, and nothing in it is in doubt: it may end by itself. */
const WORN: readonly RecycleReason[] = ['calls', 'memory', 'idle'];
const MIB = 1024 * 1024;

/** One place of the pool: at most one session at a time, started when it is needed and replaced when it is worn. */
export class Slot {
  /** Targets whose session it holds or just opens, and when each last answered, in milliseconds of the process. */
  readonly targets = new Map<string, number>();
  /** What it serves now. */
  serves: 'nobody' | 'call' | 'long-call' = 'nobody';
  /** Resident memory of the session after its last call. */
  memoryBytes = 0;
  readonly #settings: SlotSettings;
  #session: Session | null = null;
  #calls = 0;
  #idle: NodeJS.Timeout | undefined;
  /** The end of the session that was given up last. */
  #ending: Promise<void> = Promise.resolve();

  constructor(settings: SlotSettings) {
    this.#settings = settings;
  }

  /** The slot's session, started where there is none. Counts as one call. */
  async warm(signal?: AbortSignal): Promise<Session | SystemFailure> {
    clearTimeout(this.#idle);
    // An idle session may be about to end: there is one process at a time.
    await this.#ending;
    if (this.#session?.alive === false) await this.recycle('ended');
    this.#calls += 1;
    if (this.#session) return this.#session;
    const { limits, pins, log, closing, onChange } = this.#settings;
    const stop = AbortSignal.any(signal ? [signal, closing] : [closing]);
    const session = await startSession(this.#settings, { limitMs: limits.startMs, signal: stop }, pins);
    if ('kind' in session) return session;
    this.#session = session;
    this.#calls = 1;
    this.memoryBytes = 0;
    onChange(1);
    log.info('PowerShell session started', { pid: session.pid, version: session.version });
    return session;
  }

  /** Gives a worn session up. One that nobody needs just now is given up when that stays so. */
  async rest(): Promise<void> {
    const { callsPerSession, memoryBytes, idleMs } = this.#settings.limits;
    if (this.#calls >= callsPerSession) await this.recycle('calls');
    else if (this.memoryBytes > memoryBytes) await this.recycle('memory');
    else this.#idle = setTimeout(() => void this.recycle('idle'), idleMs).unref();
  }

  /** Gives the session up and ends its processes. The next call starts a new one. */
  async recycle(reason: RecycleReason): Promise<void> {
    clearTimeout(this.#idle);
    const session = this.#session;
    if (!session) return;
    this.#session = null;
    // At once: a call that takes the slot meanwhile holds what it opens, and not what is gone.
    this.targets.clear();
    const { log, onChange } = this.#settings;
    const isWorn = WORN.includes(reason);
    const fields = { reason, pid: session.pid, calls: this.#calls, memoryMb: Math.round(this.memoryBytes / MIB) };
    log[isWorn || reason === 'cancelled' ? 'info' : 'warn']('PowerShell session replaced', fields);
    this.#ending = isWorn ? session.end() : session.kill();
    onChange(-1, reason);
    await this.#ending;
  }

  /** Ends the session for good: at once in the middle of a call. */
  async end(): Promise<void> {
    clearTimeout(this.#idle);
    const ending = this.serves === 'nobody' ? this.#session?.end() : this.#session?.kill();
    await Promise.all([this.#ending, ending]);
  }
}
