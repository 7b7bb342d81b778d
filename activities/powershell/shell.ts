import type { HostConnection } from '../../model/inventory.ts';
import type { ScriptContract } from '../../model/contract.ts';
import type { SystemOutcome } from '../step/outcome.ts';

/** A line that ran beside a call's answer: kept for the log and the step's record, capped; it never decides anything. */
export interface Said {
  /** A `passed-over error` is one that the script went on after; `stray output` stood raw outside the answer. */
  kind: 'warning' | 'passed-over error' | 'information' | 'verbose' | 'stray output';
  text: string;
}

/**
 * How a call ended, and what it said. `failed` has as keys the hresult, PowerShell's FullyQualifiedErrorId and the id's head; a call
 * that was cancelled while it waited or connected has not started.
 */
export type CallOutcome<R> = SystemOutcome<R> & { said: Said[] };

export interface CallOptions {
  /**
   * Upper bound in milliseconds; the smaller of this and the contract's own limit counts. A call waits so long for its session at
   * most, and has as long from then on: none begins with too little time to end.
   */
  limitMs?: number;
  signal?: AbortSignal;
}

/** A way to run contracted scripts and functions on hosts. */
export interface Shell {
  /** Parts that are not the real thing: `powershell` when the shell is simulated, `plant` when the hosts are. */
  readonly simulated: string[];
  /** Version as the shell reports it; starts the shell when none runs. */
  version(): Promise<string>;
  call<P, R>(
    contract: ScriptContract<P, R>,
    connection: HostConnection,
    parameters: P,
    options?: CallOptions,
  ): Promise<CallOutcome<R>>;
  /** Refuses every call that waits or comes later, lets running ones end within the grace time (milliseconds), then ends every process tree. */
  close(graceMs?: number): Promise<void>;
}
