import type { ChildProcessWithoutNullStreams, SpawnOptions } from 'node:child_process';
import { PowerShell } from 'node-powershell';

export interface PowerShellOptions {
  executable: string;
  /** The complete environment of the process. */
  environment: Record<string, string>;
}

/**
 * The process that node-powershell starts; what is sent and answered never passes through the library (version 5.0.1). It is
 * led out of four of its traps:
 * - it starts the process inside our own process group, so that neither its children can be ended with it nor a Ctrl+C
 *   at our terminal be kept from it: here it leads a group of its own;
 * - the variable NODE_POWERSHELL of *our* environment replaces the executable: here the configured one is always used;
 * - with DEBUG set it prints what it does to the console: here it prints nothing;
 * - where it listens for the end of the process it stops the reading of stderr after the third piece, and a process whose output
 *   nobody takes stands still: here only we listen.
 */
export class PowerShellProcess extends PowerShell {
  readonly child: ChildProcessWithoutNullStreams = this['process'];

  constructor({ executable, environment }: PowerShellOptions) {
    super({
      executable,
      executableOptions: { '-NoProfile': true, '-NonInteractive': true },
      spawnOptions: { env: environment, windowsHide: true },
    });
  }

  protected override setExecutable({ executable = 'pwsh' }: { executable?: string }): string {
    return executable;
  }
}

// Steps of the library's constructor, private to it.
Object.defineProperties(PowerShellProcess.prototype, {
  /** The last one before the process is started. */
  setInvocationQueue: {
    value(this: { spawnOptions: SpawnOptions }): void {
      this.spawnOptions.detached = process.platform !== 'win32';
    },
  },
  setDebuggers: { value: () => ({ comment: () => undefined }) },
  setProcessExitListeners: { value: () => undefined },
});
