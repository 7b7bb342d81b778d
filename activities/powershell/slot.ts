import type { Told } from './answer.ts';
import type { Pins } from './pins.ts';
import type { PowerShellOptions } from './powershell-process.ts';
import type { PoolLimits, RecycleReason, ShellLog } from './settings.ts';
import { startSession, type Start } from './start-session.ts';

export interface SlotSettings extends PowerShellOptions {
  limits: PoolLimits;
  pins: Pins;
  log: ShellLog;
  /** A session was started (1), or given up and with it every connection that it held (-1 and the reason). */
  onChange: (change: 1 | -1, reason?: RecycleReason) => void;
}

/** Nothing runs in such a session, and nothing in it is in doubt: it may end by itself. */
const WORN: readonly RecycleReason[] = ['calls', 'memory', 'idle'];
const MIB = 1024 * 1024;

/** One place of the pool: at most one session at a time, started when it is needed and replaced when it is worn. */
export class Slot {
  /** Targets whose session it holds, or just opens. */
  readonly targets = new Set<string>();
  /** What it serves now. */
  serves: 'nobody' | 'call' | 'long-call' = 'nobody';
  readonly #settings: SlotSettings;
  #started: Extract<Start, { started: true }> | null = null;
  #calls = 0;
  #memoryBytes = 0;
  #idle: NodeJS.Timeout | undefined;
  /** The end of the session that was given up last. */
  #ending: Promise<void> = Promise.resolve();

  constructor(settings: SlotSettings) {
    this.#settings = settings;
  }

  /** The slot's session, started where there is none. Counts as one call. */
  async warm(signal: AbortSignal): Promise<Start> {
    clearTimeout(this.#idle);
    // An idle session may be about to end: there is one process at a time.
    await this.#ending;
    if (this.#started?.session.alive === false) await this.recycle('ended');
    this.#calls += 1;
    if (this.#started) return this.#started;
    const { executable, environment, limits, pins, log, onChange } = this.#settings;
    const start = await startSession({ executable, environment }, { limitMs: limits.startMs, signal }, pins);
    if (!start.started) return start;
    this.#started = start;
    this.#calls = 1;
    this.#memoryBytes = 0;
    onChange(1);
    log.info('PowerShell session started', { pid: start.session.pid, version: start.version });
    return start;
  }

  /** Notes the memory that the session takes. */
  weigh({ memoryBytes }: Told): void {
    this.#memoryBytes = memoryBytes;
  }

  /** Why the session should not take another call; null when it may. */
  worn(): RecycleReason | null {
    if (!this.#started) return null;
    const { callsPerSession, memoryBytes } = this.#settings.limits;
    if (this.#calls >= callsPerSession) return 'calls';
    return this.#memoryBytes > memoryBytes ? 'memory' : null;
  }

  /** Nobody needs the session just now; it is given up when that stays so. */
  rest(): void {
    this.#idle = setTimeout(() => void this.recycle('idle'), this.#settings.limits.idleMs).unref();
  }

  /** Gives the session up and ends its processes. The next call starts a new one. */
  async recycle(reason: RecycleReason): Promise<void> {
    clearTimeout(this.#idle);
    if (!this.#started) return;
    const { session } = this.#started;
    this.#started = null;
    // At once: a call that takes the slot meanwhile holds what it opens, and not what is gone.
    this.targets.clear();
    const { log, onChange } = this.#settings;
    const fields = { reason, pid: session.pid, calls: this.#calls, memoryMb: Math.round(this.#memoryBytes / MIB) };
    const ordinary = WORN.includes(reason) || reason === 'cancelled';
    log[ordinary ? 'info' : 'warn']('PowerShell session replaced', fields);
    const ending = WORN.includes(reason) ? session.end() : session.kill();
    this.#ending = ending.catch(() => undefined);
    onChange(-1, reason);
    await ending;
  }

  /** Ends the session for good: at once in the middle of a call. */
  async end(): Promise<void> {
    clearTimeout(this.#idle);
    await Promise.all([this.#ending, this.#started?.session.end()]);
  }
}
