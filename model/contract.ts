import type { FailureType } from './failures.ts';

/** The part of a zod schema that a contract needs; spelled out so that `model` imports no package. */
export interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

/**
 * What an uncertain end means. After `read` and `idempotent` a lost or timed-out call may be made again;
 * after `once` only a person can say.
 */
export type Effect = 'read' | 'idempotent' | 'once';

/**
 * What is promised of one thing that a step asks of a system: a script, a statement, a directory operation. Parameters are checked
 * before the call and the result after it; `effect` says what an uncertain end means.
 */
export interface Contract<P, R> {
  /** Name of the script, statement or operation. */
  name: string;
  parameters: Schema<P>;
  /** What the script returns: exactly one value. */
  result: Schema<R>;
  effect: Effect;
  /** Time limit of one call, in milliseconds. */
  timeLimitMs: number;
  /** What a failure of the system means, by `hresult` (`0x80240009`) or by error id. */
  failures: Readonly<Record<string, FailureType>>;
  /**
   * Parameters whose values are references, `env:NAME` or `file:PATH`. The activity resolves them right before the call and
   * scrubs what comes back, so that no secret reaches Temporal.
   */
  secrets?: readonly string[];
}

/** A contract that PowerShell carries out: of the script at `file`, whose name it has, or else of the host module's function of that name. */
export interface ScriptContract<P, R> extends Contract<P, R> {
  /** Address of the script file. */
  file?: URL;
}

/** Any contract of PowerShell, types erased. */
export type AnyContract = Pick<
  ScriptContract<unknown, unknown>,
  'name' | 'file' | 'parameters' | 'failures' | 'secrets' | 'timeLimitMs'
>;

/** Declares the contract beside a script; the type parameters come from its schemas. */
export function defineScript<P, R>(contract: ScriptContract<P, R> & { file: URL }): ScriptContract<P, R> {
  return contract;
}

/** Declares the contract of a function of the host module, called on the host or endpoint that its parameters name: no script is needed. */
export function defineFunction<P, R>(contract: Contract<P, R>): ScriptContract<P, R> {
  return contract;
}
