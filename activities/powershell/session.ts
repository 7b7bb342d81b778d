import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setImmediate as tick, setTimeout as delay } from 'node:timers/promises';
import { answerHead } from './answer.ts';
import { CapturedOutput } from './captured-output.ts';
import { PowerShellProcess, type PowerShellOptions } from './powershell-process.ts';
import { killProcessTree } from './process-tree.ts';

/** How long the end of a killed process and of its output is waited for; a child that was not found may hold the pipe for ever. */
const END_WAIT_MS = 5_000;
/** How long a process may take to end by itself, in milliseconds. PowerShell takes 600. */
const LEAVE_WAIT_MS = 2_000;

/** How a line that was sent to the shell came to its end. Everything but `answered` has cost the session its life. */
export interface Exchange {
  end: 'answered' | 'died' | 'timeout' | 'cancelled' | 'flooded';
  stdout: string;
  stderr: string;
  /** How the process died. */
  reason: string;
}

export interface ExchangeLimits {
  limitMs: number;
  signal?: AbortSignal | undefined;
}

type End = Pick<Exchange, 'end' | 'reason'>;

/** One running PowerShell process. Takes one line at a time. */
export class Session {
  /** What PowerShell says that it is, once it is up. */
  version = '';
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #stdout: CapturedOutput;
  readonly #stderr: CapturedOutput;
  /** Tells of what may be the end of the line that is being worked off. */
  readonly #ends = new EventEmitter<{ end: [End] }>();
  /** Settles when the process has ended and the last of its output is there. */
  readonly #closed: Promise<unknown>;
  /** How the process ended; null while it runs. */
  #death: string | null = null;

  /** Starts the process. That it could not be started shows in the first exchange, as `died`. */
  constructor(options: PowerShellOptions) {
    const { child } = new PowerShellProcess(options);
    this.#process = child;
    this.#closed = new Promise((resolve) => child.on('close', resolve));
    child.on('error', ({ message }) => this.#tell('died', message));
    child.on('exit', (code, signal) => {
      // At once: later its number may be another's.
      killProcessTree(this.pid);
      this.#tell('died', signal ? `the process was ended by ${signal}` : `the process ended with code ${code}`);
    });
    // That it can be read and written no more shows in its end.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
    this.#stdout = new CapturedOutput(child.stdout, (end) => this.#tell(end));
    this.#stderr = new CapturedOutput(child.stderr, (end) => this.#tell(end));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get alive(): boolean {
    return this.#death === null;
  }

  /** Sends one line and waits until the answer with this id has ended, or the shell died or used up its time. Never rejects. */
  async exchange(line: string, id: string, limits: ExchangeLimits): Promise<Exchange> {
    this.#stdout.begin(answerHead(id));
    this.#stderr.begin(null);
    const ended = await this.#send(line, limits);
    // What was written to stderr before the answer is there too; it only comes by another way.
    if (ended.end === 'answered') await tick();
    else await this.kill();
    return { ...ended, stdout: this.#stdout.text(), stderr: this.#stderr.text() };
  }

  async #send(line: string, { limitMs, signal }: ExchangeLimits): Promise<End> {
    if (this.#death !== null) return { end: 'died', reason: this.#death };
    const timer = setTimeout(() => this.#tell('timeout'), limitMs);
    try {
      signal?.throwIfAborted();
      const ended = once(this.#ends, 'end', { signal });
      this.#process.stdin.write(`${line}\n`);
      return ((await ended) as [End])[0];
    } catch {
      // Only the signal throws.
      return { end: 'cancelled', reason: '' };
    } finally {
      clearTimeout(timer);
    }
  }

  #tell(end: Exchange['end'], reason = ''): void {
    if (end === 'died') this.#death = reason;
    this.#ends.emit('end', { end, reason });
  }

  /**
   * Lets a process in which nothing runs end by itself, and waits until it has: a killed PowerShell leaves its pipes and
   * sockets in the temporary folder for ever. What is then left of it and its group is killed.
   */
  async end(): Promise<void> {
    this.#process.stdin.end();
    await this.#closedWithin(LEAVE_WAIT_MS);
    await this.kill();
  }

  /** Ends the process and all that it started at once, and waits until it has ended: what it said last may hold the answer. */
  async kill(): Promise<void> {
    if (this.alive) killProcessTree(this.pid);
    await this.#closedWithin(END_WAIT_MS);
  }

  async #closedWithin(ms: number): Promise<void> {
    await Promise.race([this.#closed, delay(ms, undefined, { ref: false })]);
  }
}
