import type { HostConnection } from '../../model/inventory.ts';
import type { ScriptContract } from '../../model/script-contract.ts';
import { judge } from './judge.ts';
import { Lanes, type NotServed } from './lanes.ts';
import { NO_NOISE } from './noise.ts';
import type { HostModule } from './host-modules.ts';
import { prepareRequest } from './request.ts';
import type { Session } from './session.ts';
import type { CallOptions, CallOutcome, Shell } from './shell.ts';
import { startSession, type Start } from './start-session.ts';

/** A session's memory grows with its calls; after this many it is replaced. */
const CALLS_PER_SESSION = 1_000;
const CONNECT_TIMEOUT_MS = 15_000;
const START_LIMIT_MS = 30_000;

/** Fits the activity's log as well as pino behind a small adapter. */
export interface ShellLog {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

export interface ShellSettings {
  /** Path or name of `pwsh`, or the path of the simulated shell. */
  executable: string;
  simulatedShell: boolean;
  /** What the scripts' verbs act on: real Windows hosts, or the plant at FETTLE_PLANT_URL in `environment`. */
  hostModule: HostModule;
  /** The complete environment of the PowerShell processes; `env:NAME` references are looked up in it. */
  environment: Readonly<Record<string, string | undefined>>;
  log: ShellLog;
  /** PowerShell processes at most; 1 by default. They start when they are needed. */
  sessions?: number;
  /** Upper bound for the start of a process, in milliseconds; 30 seconds by default. */
  startLimitMs?: number;
}

/** Opens the way to contracted scripts. Starts no process yet. */
export function openShell(settings: ShellSettings): Shell {
  return new WarmShell(settings);
}

interface Lane {
  session: Session | null;
  version: string;
}

class WarmShell implements Shell {
  readonly simulated: string[];
  readonly #settings: ShellSettings;
  readonly #childEnvironment: Record<string, string>;
  readonly #lanes: Lanes;
  readonly #sessions: Lane[];
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(settings: ShellSettings) {
    this.#settings = settings;
    this.#childEnvironment = childEnvironment(settings.environment);
    this.simulated = [
      ...(settings.simulatedShell ? ['powershell'] : []),
      ...(settings.hostModule === 'plant' ? ['plant'] : []),
    ];
    const count = settings.sessions ?? 1;
    this.#lanes = new Lanes(count);
    this.#sessions = Array.from({ length: count }, () => ({ session: null, version: '' }));
  }

  async version(): Promise<string> {
    return this.#inLane(undefined, async (lane) => {
      if (typeof lane === 'string') throw new Error('The shell was closed: open a new one.');
      const start = await this.#warm(lane);
      if (!start.started) throw new Error(start.message);
      return start.version;
    });
  }

  async call<P, R>(
    contract: ScriptContract<P, R>,
    connection: HostConnection,
    parameters: P,
    options: CallOptions = {},
  ): Promise<CallOutcome<R>> {
    const limitMs = Math.min(contract.timeLimitMs, options.limitMs ?? Infinity);
    const request = prepareRequest({
      contract,
      connection,
      parameters,
      hostModule: this.#settings.hostModule,
      target: {
        environment: this.#settings.environment,
        connectTimeoutMs: Math.min(limitMs, CONNECT_TIMEOUT_MS),
        platform: process.platform,
      },
    });
    if (!request.ready) return request.outcome;
    return this.#inLane(options.signal, async (lane) => {
      if (typeof lane === 'string') return notServed(contract.name, lane);
      const start = await this.#warm(lane, options.signal);
      if (!start.started) return notStarted(start);
      const exchange = await start.session.exchange(request.line, { limitMs, signal: options.signal });
      const plant = this.#settings.hostModule === 'plant';
      const { outcome, recycle } = judge({ contract, id: request.id, exchange, plant });
      if (recycle || exchange.end !== 'settled') await this.#recycle(lane, `${contract.name}: ${exchange.end}`);
      return outcome;
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#lanes.close();
    const sessions = this.#sessions.flatMap(({ session }) => session ?? []);
    await Promise.all(sessions.map((session) => session.kill()));
    await Promise.allSettled(this.#running);
  }

  async #inLane<T>(signal: AbortSignal | undefined, work: (lane: Lane | NotServed) => Promise<T>): Promise<T> {
    const taken = await this.#lanes.take(signal);
    if (typeof taken === 'string') return work(taken);
    const lane = this.#sessions[taken];
    const running = work(this.#closing.signal.aborted || !lane ? 'closed' : lane);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      this.#lanes.give(taken);
    }
  }

  /** The lane's session, started or replaced where that is needed. */
  async #warm(lane: Lane, signal?: AbortSignal): Promise<Start> {
    if (lane.session && !lane.session.alive) await this.#recycle(lane, 'it had ended');
    if (lane.session && lane.session.lines >= CALLS_PER_SESSION) await this.#recycle(lane, 'its number of calls');
    if (lane.session) return { started: true, session: lane.session, version: lane.version };
    const { executable, simulatedShell, log, startLimitMs = START_LIMIT_MS } = this.#settings;
    const closing = this.#closing.signal;
    const stop = signal ? AbortSignal.any([signal, closing]) : closing;
    const start = await startSession(
      { executable, environment: this.#childEnvironment },
      { limitMs: startLimitMs, signal: stop },
    );
    if (!start.started) return start;
    if (start.version.endsWith('-simulated') && !simulatedShell) {
      await start.session.kill();
      return { started: false, reason: 'failed', message: `${executable} is a simulated shell: declare it as one.` };
    }
    lane.session = start.session;
    lane.version = start.version;
    log.info('PowerShell session started', {
      pid: start.session.pid,
      version: start.version,
      simulated: this.simulated,
    });
    return start;
  }

  async #recycle(lane: Lane, reason: string): Promise<void> {
    const { session } = lane;
    lane.session = null;
    if (!session) return;
    this.#settings.log.warn('PowerShell session replaced', { reason, pid: session.pid, lines: session.lines });
    await session.kill();
  }
}

function childEnvironment(given: ShellSettings['environment']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) if (value !== undefined) kept[name] = value;
  delete kept['NODE_POWERSHELL'];
  // A terminal's control sequences would stand in the middle of the output.
  return { ...kept, TERM: 'dumb', NO_COLOR: '1' };
}

function notServed(name: string, why: NotServed): CallOutcome<never> {
  return why === 'aborted'
    ? { kind: 'cancelled', message: `${name} was cancelled before it ran.`, started: false, noise: NO_NOISE }
    : { kind: 'shell-failed', message: `${name} was not run: the shell was closed.`, started: false, noise: NO_NOISE };
}

function notStarted({ reason, message }: Extract<Start, { started: false }>): CallOutcome<never> {
  const kind = reason === 'cancelled' ? 'cancelled' : 'shell-failed';
  return { kind, message, started: false, noise: NO_NOISE };
}
