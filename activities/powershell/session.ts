import { finished } from 'node:stream/promises';
import { setImmediate as tick, setTimeout as delay } from 'node:timers/promises';
import { ProcessError } from 'node-powershell';
import { answerHead } from './answer.ts';
import { CapturedOutput } from './captured-output.ts';
import { PowerShellProcess, type PowerShellOptions } from './powershell-process.ts';
import { descendantsOf, killProcessTree } from './process-tree.ts';

/** How long the end of a killed process is waited for, in milliseconds. */
const END_WAIT_MS = 5_000;
/** How long a process may take to end by itself, in milliseconds. PowerShell takes 600. */
const LEAVE_WAIT_MS = 2_000;
/** How long the output of an ended process may still arrive; a child of it may hold the pipe open for ever. */
const DRAIN_WAIT_MS = 500;

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
  readonly #process: PowerShellProcess;
  readonly #stdout: CapturedOutput;
  readonly #stderr: CapturedOutput;
  /** Ends the line that is being worked off; null where none is. */
  #settle: ((ended: End) => void) | null = null;
  /** How the process ended; null while it runs. */
  #death: string | null = null;
  #alive = true;

  /** Starts the process. That it could not be started shows in the first exchange, as `died`. */
  constructor(options: PowerShellOptions) {
    this.#process = new PowerShellProcess(options);
    const died = (reason: string): void => {
      this.#alive = false;
      this.#death = reason;
      this.#settle?.({ end: 'died', reason });
    };
    this.#process.ended.then(
      () => died('the process ended by itself'),
      (error: unknown) => died(deathOf(error)),
    );
    const { stdout, stderr } = this.#process.streams;
    const heard = (end: 'answered' | 'flooded'): void => this.#settle?.({ end, reason: '' });
    this.#stdout = new CapturedOutput(stdout, heard);
    this.#stderr = new CapturedOutput(stderr, heard);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get alive(): boolean {
    return this.#alive;
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

  #send(line: string, { limitMs, signal }: ExchangeLimits): Promise<End> {
    return new Promise((resolve) => {
      const settle = (ended: End): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#settle = null;
        resolve(ended);
      };
      const onAbort = (): void => settle({ end: 'cancelled', reason: '' });
      const timer = setTimeout(settle, limitMs, { end: 'timeout', reason: '' });
      if (signal?.aborted) return onAbort();
      if (this.#death !== null) return settle({ end: 'died', reason: this.#death });
      this.#settle = settle;
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#process.streams.stdin.write(`${line}\n`);
    });
  }

  /**
   * Lets a process in which nothing runs end by itself, and waits until it has: a killed PowerShell leaves its pipes and
   * sockets in the temporary folder for ever. What is then left of it, of all that it started, and one that is busy, is killed.
   */
  async end(): Promise<void> {
    if (this.pid === undefined || this.#settle !== null) return this.kill();
    this.#alive = false;
    const started = descendantsOf(this.pid);
    this.#process.streams.stdin.end();
    await this.#ended(LEAVE_WAIT_MS);
    await this.#kill(this.pid, started);
  }

  /** Ends the process and all that it started at once, and waits until it has ended. */
  async kill(): Promise<void> {
    this.#alive = false;
    if (this.pid !== undefined) await this.#kill(this.pid, []);
  }

  async #kill(pid: number, started: readonly number[]): Promise<void> {
    killProcessTree(pid, started);
    await this.#ended(END_WAIT_MS);
    // What a dying process said last may hold the answer: it is read to its end.
    const { stdout, stderr } = this.#process.streams;
    const drained = [stdout, stderr].map((stream) => finished(stream.resume(), { writable: false }));
    await Promise.race([Promise.allSettled(drained), delay(DRAIN_WAIT_MS, undefined, { ref: false })]);
  }

  async #ended(waitMs: number): Promise<void> {
    await Promise.race([this.#process.ended, delay(waitMs, undefined, { ref: false })]).catch(() => undefined);
  }
}

function deathOf(error: unknown): string {
  if (!(error instanceof ProcessError)) return error instanceof Error ? error.message : String(error);
  const { originalError, exitCode, signalCode } = error;
  // Node gives a process that could not be started the negative error number as its exit code.
  if (originalError && (exitCode === null || exitCode < 0) && !signalCode) return originalError.message;
  return signalCode ? `the process was ended by ${signalCode}` : `the process ended with code ${exitCode}`;
}
