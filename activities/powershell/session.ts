import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessError } from 'node-powershell';
import { CapturedOutput } from './captured-output.ts';
import { GroupedPowerShell, type GroupedPowerShellOptions } from './grouped-powershell.ts';
import { killProcessTree } from './process-tree.ts';

/**
 * Characters of stdout or stderr in one call. The library copies all output so far at each chunk, and blocks this process
 * while it does: a flood is cut off. An answer of 1 MiB and as much sideOutput fit.
 */
const OUTPUT_LIMIT = 3 * 1024 * 1024;
/** How long the end of a killed process is waited for, in milliseconds. */
const END_WAIT_MS = 5_000;
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

  /** Sends one line and waits until the shell has worked it off, died, or used up its time. Never rejects. */
  async exchange(line: string, limits: ExchangeLimits): Promise<Exchange> {
    this.#stdout.clear();
    this.#stderr.clear();
    const ended = await this.#send(line, limits);
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
      this.#shell.invoke(line).then(
        // A process that ended with code 0 in mid-call resolves too, but without output.
        (record) => (record.stdout ? settle('settled') : settle('died', 'the process ended by itself')),
        (error: unknown) => {
          settle('died', deathOf(error));
        },
      );
    });
  }

  /** Ends the process and all that it started, and waits until it has ended. */
  async kill(): Promise<void> {
    this.#alive = false;
    if (this.pid === undefined) return;
    killProcessTree(this.pid);
    const ended = this.#shell.ended.catch(() => undefined);
    await Promise.race([ended, delay(END_WAIT_MS, undefined, { ref: false })]);
    await Promise.race([this.#drained(), delay(DRAIN_WAIT_MS, undefined, { ref: false })]);
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
