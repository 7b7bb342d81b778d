/** The part of a zod schema that a contract needs; spelled out so that `model` imports nothing. */
export interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

/**
 * What an uncertain result of a script means. After `read` and `idempotent` a lost or timed-out call may be made again;
 * after `once` only a person can say.
 */
export type ScriptEffect = 'read' | 'idempotent' | 'once';

/** The typed contract beside a PowerShell script (design.md, Contracts for scripts and statements). */
export interface ScriptContract<P, R> {
  /** `Verb-Noun`, the file's name without `.ps1`. */
  name: string;
  /** Address of the script file. */
  file: URL;
  parameters: Schema<P>;
  /** What the script returns: exactly one value. */
  result: Schema<R>;
  effect: ScriptEffect;
  /** Time limit of one call, in milliseconds. */
  timeLimitMs: number;
  /** What a script failure means, by `hresult` (`0x80240009`) or by error id; a type of `model/failures.ts`. */
  failures: Readonly<Record<string, string>>;
  /**
   * Parameters whose values are references, `env:NAME` or `file:PATH`. The activity resolves them right before the call and
   * scrubs what comes back, so that no secret reaches Temporal.
   */
  secrets?: readonly string[];
}

/** Declares a contract; the type parameters come from its schemas. */
export function defineScript<P, R>(contract: ScriptContract<P, R>): ScriptContract<P, R> {
  return contract;
}
