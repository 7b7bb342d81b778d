import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const KEPT_CHARACTERS = 8000;

export interface GuardedOptions {
  program: string;
  args: readonly string[];
  /** `SIGTERM` for a program that has something to put away, `SIGKILL` for one that has not. */
  endSignal: 'SIGTERM' | 'SIGKILL';
  /** Called with each line of the program's standard error. */
  onLine: (line: string) => void;
}

/** A program that ends with this process, however this process ends. */
export class GuardedProcess {
  /** Resolves when the program and its guard are gone. */
  readonly closed: Promise<void>;
  private readonly guard: ChildProcess;
  private said = '';
  private over = false;

  constructor({ program, args, endSignal, onLine }: GuardedOptions) {
    const script = fileURLToPath(new URL('./guard.mjs', import.meta.url));
    this.guard = spawn(process.execPath, [script, endSignal, program, ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
      detached: process.platform !== 'win32',
    });
    this.guard.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.said = (this.said + chunk).slice(-KEPT_CHARACTERS);
      for (const line of chunk.split('\n')) if (line.trim() !== '') onLine(line);
    });
    // A guard that ended by itself closes its standard input first; that is told by `closed`.
    this.guard.stdin?.on('error', () => undefined);
    this.closed = new Promise((resolve, reject) => {
      this.guard.once('error', reject);
      this.guard.once('close', () => {
        this.over = true;
        resolve();
      });
    });
  }

  get ended(): boolean {
    return this.over;
  }

  /** The last that the program wrote to its standard error. */
  get lastWords(): string {
    return this.said.trim();
  }

  /** Ends the program and waits until it is gone. */
  async end(): Promise<void> {
    this.guard.stdin?.end();
    await this.closed;
  }
}
