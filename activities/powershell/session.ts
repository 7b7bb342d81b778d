import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessError } from 'node-powershell';
import { CapturedOutput } from './captured-output.ts';
import { GroupedPowerShell, type GroupedPowerShellOptions } from './grouped-powershell.ts';
import { descendantsOf, killProcessTree, type Descendant } from './process-tree.ts';

/**
 * Characters of stdout or stderr in one call. The library copies all output so far at each chunk, and blocks this process
 * while it does: a flood is cut off. An answer of 1 MiB and as much sideOutput fit.
 */
const OUTPUT_LIMIT = 3 * 1024 * 1024;
/** How long the end of a killed process is waited for, in milliseconds. */
const END_WAIT_MS = 5_000;
/** How long a process may take to end by itself, in milliseconds. PowerShell takes 600. */
const LEAVE_WAIT_MS = 2_000;
/** How long the output of an ended process may still arrive; a child of it may hold the pipe open for ever. */
const DRAIN_WAIT_MS = 500;
/** node-powershell's delimiter lines, which stand in the raw output. */
const DELIMITER_LINE = /^[0-9A-Za-z]{16}$/;

/** How a line that was sent to the shell came to its end. Everything but `settled` has cost the session its life. */
export interface Exchange {
  end: 'settled' | 'died' | 'timeout' | 'cancelled' | 'flooded';
  stdout: string;
  stderr: string;
  /** What the library said when the process died. */
  reason: string;
}

export interface ExchangeLimits {
  limitMs: number;
  signal?: AbortSignal | undefined;
}

/** One running PowerShell process. Takes one line at a time. */
export class Session {
  readonly #shell: GroupedPowerShell;
  readonly #stdout: CapturedOutput;
  readonly #stderr: CapturedOutput;
  #onFlood: () => void = () => undefined;
  #alive = true;
  #busy = false;

  /** Starts the process. That it could not be started shows in the first exchange, as `died`. */
  constructor(options: GroupedPowerShellOptions) {
    this.#shell = new GroupedPowerShell(options);
    const ended = (): void => {
      this.#alive = false;
    };
    this.#shell.ended.then(ended, ended);
    const flooded = (): void => {
      this.#onFlood();
    };
    this.#stdout = new CapturedOutput(this.#shell.streams.stdout, OUTPUT_LIMIT, flooded);
    this.#stderr = new CapturedOutput(this.#shell.streams.stderr, OUTPUT_LIMIT, flooded);
  }

  get pid(): number | undefined {
    return this.#shell.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Whether a line is being worked off. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Sends one line and waits until the shell has worked it off, died, or used up its time. Never rejects. */
  async exchange(line: string, limits: ExchangeLimits): Promise<Exchange> {
    this.#stdout.clear();
    this.#stderr.clear();
    this.#busy = true;
    const ended = await this.#send(line, limits);
    this.#busy = false;
    // The library keeps each command and its output for ever.
    this.#shell.history.length = 0;
    if (ended.end !== 'settled') await this.kill();
    return { ...ended, stdout: withoutDelimiters(this.#stdout.text()), stderr: withoutDelimiters(this.#stderr.text()) };
  }

  #send(line: string, { limitMs, signal }: ExchangeLimits): Promise<Pick<Exchange, 'end' | 'reason'>> {
    return new Promise((resolve) => {
      const settle = (end: Exchange['end'], reason = ''): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#onFlood = () => undefined;
        resolve({ end, reason });
      };
      const onAbort = (): void => {
        settle('cancelled');
      };
      const timer = setTimeout(settle, limitMs, 'timeout');
      this.#onFlood = () => {
        settle('flooded');
      };
      if (signal?.aborted) return settle('cancelled');
      signal?.addEventListener('abort', onAbort, { once: true });
      // The library's lines leave together: what came later would be read by a program of the script that reads its input.
      const { stdin } = this.#shell.streams;
      stdin.cork();
      const invoked = this.#shell.invoke(line);
      stdin.uncork();
      invoked.then(
        // A process that ended with code 0 in mid-call resolves too.
        () => (this.#shell.exited ? settle('died', 'the process ended by itself') : settle('settled')),
        (error: unknown) => {
          settle('died', deathOf(error));
        },
      );
    });
  }

  /**
   * Lets a process in which nothing runs end by itself, and waits until it has: a killed PowerShell leaves its pipes and
   * sockets in the temporary folder for ever. What is then left of it and of all that it started is killed.
   */
  async end(): Promise<void> {
    this.#alive = false;
    if (this.pid === undefined) return;
    const started = descendantsOf(this.pid);
    const { stdin, stdout, stderr } = this.#shell.streams;
    stdin.end();
    // The library stops the reading between two commands: a process whose last words nobody takes does not end.
    for (const stream of [stdout, stderr]) stream.resume();
    await this.#ended(LEAVE_WAIT_MS);
    await this.#kill(this.pid, started);
  }

  /** Ends the process and all that it started at once, and waits until it has ended. */
  async kill(): Promise<void> {
    this.#alive = false;
    if (this.pid !== undefined) await this.#kill(this.pid, []);
  }

  async #kill(pid: number, started: readonly Descendant[]): Promise<void> {
    killProcessTree(pid, started);
    await this.#ended(END_WAIT_MS);
    await Promise.race([this.#drained(), delay(DRAIN_WAIT_MS, undefined, { ref: false })]);
  }

  async #ended(waitMs: number): Promise<void> {
    const over = new AbortController();
    const late = delay(waitMs, undefined, { ref: false, signal: over.signal });
    await Promise.race([this.#shell.ended, late]).catch(() => undefined);
    over.abort();
  }

  /** What a dying process said last may hold the answer: it is read to its end. */
  async #drained(): Promise<void> {
    const { stdout, stderr } = this.#shell.streams;
    const ends = [stdout, stderr].map((stream) => finished(stream.resume(), { writable: false }));
    await Promise.allSettled(ends);
  }
}

function withoutDelimiters(text: string): string {
  const lines = text.split(/\r?\n/);
  return lines.filter((line) => !DELIMITER_LINE.test(line)).join('\n');
}

function deathOf(error: unknown): string {
  if (!(error instanceof ProcessError)) return error instanceof Error ? error.message : String(error);
  const { originalError, exitCode, signalCode } = error;
  // Node gives a process that could not be started the negative error number as its exit code.
  if (originalError && (exitCode === null || exitCode < 0) && !signalCode) return originalError.message;
  return signalCode ? `the process was ended by ${signalCode}` : `the process ended with code ${exitCode}`;
}
