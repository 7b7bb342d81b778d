import type { HostConnection } from '../../model/inventory.ts';
import type { ScriptContract } from '../../model/contract.ts';

/** What ran beside a call's answer: kept for the log and the step's record, capped; it never decides anything. */
export interface SideOutput {
  warnings: string[];
  verbose: string[];
  information: string[];
  /** Errors that the script went on after. */
  softErrors: string[];
  /** Raw output outside the answer. */
  stray: string[];
}

export const NO_SIDE_OUTPUT: SideOutput = { warnings: [], verbose: [], information: [], softErrors: [], stray: [] };

/** How a script failed on the host. */
export interface ScriptFailure {
  message: string;
  /** `0x80240009`. */
  hresult: string;
  /** PowerShell's FullyQualifiedErrorId. */
  id: string;
  /** .NET type name. */
  type: string;
  /** PowerShell's ErrorCategory, such as `ObjectNotFound`. */
  category: string;
  /** Line of the script in which it failed; null when PowerShell did not say. */
  line: number | null;
}

/** Every way in which a call can end, before what it said beside its answer. */
export type CallEnd<R> =
  | { kind: 'result'; result: R }
  | { kind: 'script-failed'; failure: ScriptFailure }
  /** Parameters before the call (nothing ran) or the result after it do not fit the contract. */
  | { kind: 'contract-violation'; side: 'parameters' | 'result'; message: string }
  /** A file is not as pinned, a secret is not to be had, or the host's connection cannot be used as it is described: nothing ran. */
  | { kind: 'not-sent'; type: 'ScriptNotPinned' | 'SecretMissing' | 'TransportRefused'; message: string }
  /** The host was not reached: nothing ran there. */
  | { kind: 'connect-failed'; message: string }
  /** The connection broke in mid-call: the step's state is unknown. */
  | { kind: 'lost'; message: string }
  | { kind: 'timeout'; message: string }
  /** `started` is false when the call still waited for its session, or the target was just connected to: nothing ran. */
  | { kind: 'cancelled'; message: string; started: boolean }
  /** PowerShell on the worker failed; `started` tells whether the request may have reached it. */
  | { kind: 'shell-failed'; message: string; started: boolean };

export type CallOutcome<R> = CallEnd<R> & { sideOutput: SideOutput };

export interface CallOptions {
  /**
   * Upper bound in milliseconds; the smaller of this and the contract's own limit counts. A call waits so long for its session at
   * most, and has as long from then on: none begins with too little time to end.
   */
  limitMs?: number;
  signal?: AbortSignal;
}

export interface CloseOptions {
  /** How long running calls may go on, in milliseconds. Calls that wait are refused at once. */
  graceMs?: number;
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
  /** Refuses every call that waits or comes later, lets running ones end within the grace time, then ends every process tree. */
  close(options?: CloseOptions): Promise<void>;
}
