import type { SpawnOptions } from 'node:child_process';
import type { Writable } from 'node:stream';
import { PowerShell } from 'node-powershell';

export interface PowerShellOptions {
  executable: string;
  /** The complete environment of the process. */
  environment: Record<string, string>;
}

const spawnOptions = new WeakMap<object, SpawnOptions>();
const silent = (): void => undefined;

/**
 * node-powershell's process, streams and end; what is sent and answered never passes through it. Led out of four traps of the
 * library (version 5.0.1):
 * - it starts the process inside our own process group, so that neither its children can be ended with it nor a Ctrl+C
 *   at our terminal be kept from it: here it leads a group of its own;
 * - the variable NODE_POWERSHELL of *our* environment replaces the executable: here the configured one is always used;
 * - with DEBUG set it prints what it does to the console: here it prints nothing;
 * - it stops the reading of stderr after the third piece, and a process whose output nobody takes stands still: here it goes on.
 */
export class PowerShellProcess extends PowerShell {
  constructor({ executable, environment }: PowerShellOptions) {
    super({
      executable,
      executableOptions: { '-NoProfile': true, '-NonInteractive': true },
      spawnOptions: { env: environment, windowsHide: true },
    });
    // A process that ends while nobody waits for it must not become an unhandled rejection of the worker.
    this.ended.catch(silent);
    for (const stream of [this.streams.stdin, this.streams.stdout, this.streams.stderr]) stream.on('error', silent);
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this['process'].pid;
  }

  /** Settles when the process has ended; rejects when it ended badly. */
  get ended(): Promise<void> {
    return this['exitPromise'];
  }

  protected override setExecutable({ executable = 'pwsh' }: { executable?: string }): string {
    return executable;
  }
}

// The library's constructor assigns these before a subclass has a say: an accessor on the prototype catches the assignment.
Object.defineProperties(PowerShellProcess.prototype, {
  spawnOptions: {
    get(this: object): SpawnOptions | undefined {
      return spawnOptions.get(this);
    },
    set(this: object, options: SpawnOptions) {
      spawnOptions.set(this, { ...options, detached: process.platform !== 'win32' });
    },
  },
  detachStreamFromOutput: {
    value(this: PowerShell, stream: Writable): void {
      PowerShell.prototype['detachStreamFromOutput'].call(this, stream);
      this.streams.stderr.resume();
    },
  },
  setDebuggers: { value: () => ({ comment: silent, command: silent, output: silent }) },
});
