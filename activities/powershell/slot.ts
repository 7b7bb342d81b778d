import type { Told } from './answer-mark.ts';
import type { Pins } from './pins/pins.ts';
import type { Session } from './session.ts';
import type { RecycleReason } from './shell-metrics.ts';
import type { PoolLimits, ShellLog } from './shell-settings.ts';
import { startSession, type Start } from './start-session.ts';

export interface SlotSettings {
  executable: string;
  /** The complete environment of the process. */
  environment: Record<string, string>;
  simulatedShell: boolean;
  limits: PoolLimits;
  pins: Pins;
  log: ShellLog;
  /** A session was started. */
  onStart(): void;
  /** A session, and with it every connection that it held, was given up. */
  onRecycle(reason: RecycleReason): void;
}

/** Reasons that are wear and tear; the others are faults. */
const ORDINARY: readonly RecycleReason[] = ['calls', 'memory', 'idle', 'cancelled'];
/** Nothing runs in such a session, and nothing in it is in doubt: it may end by itself. */
const WORN: readonly RecycleReason[] = ['calls', 'memory', 'idle'];
const MIB = 1024 * 1024;

/** One place of the pool: at most one session at a time, started when it is needed and replaced when it is worn. */
export class Slot {
  readonly #settings: SlotSettings;
  #session: Session | null = null;
  #version = '';
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
    if (this.#session && !this.#session.alive) await this.recycle('ended');
    this.#calls += 1;
    if (this.#session) return { started: true, session: this.#session, version: this.#version };
    const { executable, environment, simulatedShell, limits, pins, log } = this.#settings;
    const start = await startSession({ executable, environment }, { limitMs: limits.startMs, signal }, pins);
    if (!start.started) return start;
    if (start.version.endsWith('-simulated') && !simulatedShell) {
      await start.session.kill();
      return { started: false, reason: 'failed', message: `${executable} is a simulated shell: declare it as one.` };
    }
    this.#session = start.session;
    this.#version = start.version;
    this.#calls = 1;
    this.#memoryBytes = 0;
    this.#settings.onStart();
    log.info('PowerShell session started', {
      pid: start.session.pid,
      version: start.version,
      simulated: simulatedShell,
    });
    return start;
  }

  /** Notes the memory that the session takes, and tells of a target whose session took too much there: the dispatcher closes it. */
  weigh({ memoryBytes, targetBytes }: Told, target: string): void {
    this.#memoryBytes = memoryBytes;
    const { limits, log } = this.#settings;
    if (targetBytes <= limits.memoryBytes) return;
    const memoryMb = Math.round(targetBytes / MIB);
    log.warn('PowerShell session on a target closed', { reason: 'memory', target, memoryMb });
  }

  /** Why the session should not take another call; null when it may. */
  worn(): RecycleReason | null {
    if (!this.#session) return null;
    const { callsPerSession, memoryBytes } = this.#settings.limits;
    if (this.#calls >= callsPerSession) return 'calls';
    return this.#memoryBytes > memoryBytes ? 'memory' : null;
  }

  /** Nobody needs the session just now; it is given up when that stays so. */
  rest(): void {
    if (!this.#session) return;
    const { idleMs } = this.#settings.limits;
    this.#idle = setTimeout(() => void this.recycle('idle'), idleMs).unref();
  }

  /** Gives the session up and ends its processes. The next call starts a new one. */
  async recycle(reason: RecycleReason): Promise<void> {
    clearTimeout(this.#idle);
    const session = this.#session;
    if (!session) return;
    this.#session = null;
    const { log } = this.#settings;
    const fields = { reason, pid: session.pid, calls: this.#calls, memoryMb: Math.round(this.#memoryBytes / MIB) };
    if (ORDINARY.includes(reason)) log.info('PowerShell session replaced', fields);
    else log.warn('PowerShell session replaced', fields);
    const ending = WORN.includes(reason) ? session.end() : session.kill();
    this.#ending = ending.catch(() => undefined);
    // At once: a call that takes the slot meanwhile holds what it opens, and not what is gone.
    this.#settings.onRecycle(reason);
    await ending;
  }

  /** Ends the session for good: at once in the middle of a call. */
  async end(): Promise<void> {
    clearTimeout(this.#idle);
    const session = this.#session;
    await Promise.all([this.#ending, session?.busy ? session.kill() : session?.end()]);
  }
}
