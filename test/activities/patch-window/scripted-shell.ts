import type { CallOutcome, Shell } from '../../../activities/powershell/shell.ts';
import type { Schema } from '../../../model/contract.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';

type Scripts = typeof SCRIPTS;
type ResultOf<C> = C extends { result: { safeParse(value: unknown): infer S } }
  ? S extends { success: true; data: infer R }
    ? R
    : never
  : never;

/** An ending other than a result. */
export class Ending {
  readonly outcome: CallOutcome<never>;
  constructor(outcome: CallOutcome<never>) {
    this.outcome = outcome;
  }
}

export const unreachable = new Ending({
  kind: 'refused',
  type: 'HostUnreachable',
  message: 'connection refused',
  said: [],
});
export const shellFailed = new Ending({
  kind: 'refused',
  type: 'ShellFailure',
  message: 'pwsh did not start',
  said: [],
});
export const lost = new Ending({ kind: 'lost', message: 'the connection broke', said: [] });
export const timedOut = new Ending({ kind: 'timed-out', message: 'no answer in time', said: [] });

export const brokenOff = new Ending({
  kind: 'cancelled',
  message: 'the call was broken off',
  started: true,
  said: [],
});

export function threw({ hresult = '', id = '' }: { hresult?: string; id?: string }): Ending {
  return new Ending({ kind: 'failed', message: 'it failed', keys: [hresult, id], hresult, said: [] });
}

type Answer<R> = R | Ending;
/** A list is answered one by one, its last entry for ever; a function is asked with the parameters. */
export type Script = {
  [K in keyof Scripts]?:
    | Answer<ResultOf<Scripts[K]>>
    | Answer<ResultOf<Scripts[K]>>[]
    | ((parameters: Record<string, unknown>) => Answer<ResultOf<Scripts[K]>>);
};

export interface ScriptedCall {
  script: keyof Scripts;
  parameters: Record<string, unknown>;
}

/** A shell that answers from a script and keeps what it was asked. A call without an answer, or one that breaks the contract, fails the test. */
export function scriptedShell(script: Script): Shell & { calls: ScriptedCall[] } {
  const calls: ScriptedCall[] = [];
  const names = new Map(Object.entries(SCRIPTS).map(([key, { name }]) => [name, key as keyof Scripts]));
  const counts = new Map<string, number>();
  return {
    calls,
    simulated: ['powershell', 'plant'],
    version: () => Promise.resolve('7.6.5'),
    close: () => Promise.resolve(),
    call: <R>(contract: { name: string }, _connection: unknown, given: unknown) => {
      const key = names.get(contract.name);
      if (key === undefined) throw new Error(`${contract.name} is no script of the runbook`);
      checked(SCRIPTS[key].parameters, given, contract.name);
      const parameters = given as Record<string, unknown>;
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1);
      calls.push({ script: key, parameters });
      const answer = answerOf(script[key], parameters, count, key);
      if (answer instanceof Ending) return Promise.resolve(answer.outcome as CallOutcome<R>);
      return Promise.resolve({
        kind: 'result',
        result: checked(SCRIPTS[key].result, answer, contract.name) as R,
        said: [],
      });
    },
  };
}

function checked(schema: Schema<unknown>, value: unknown, script: string): unknown {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Error(`${script} breaks its contract: ${JSON.stringify(read.error.issues)}`);
}

function answerOf(entry: unknown, parameters: Record<string, unknown>, count: number, key: string): unknown {
  if (entry === undefined) throw new Error(`Nothing was scripted for ${key}`);
  if (typeof entry === 'function') return (entry as (given: Record<string, unknown>) => unknown)(parameters);
  if (Array.isArray(entry)) return entry[Math.min(count, entry.length - 1)];
  return entry;
}

export function callsOf(shell: { calls: ScriptedCall[] }, script: keyof Scripts): Record<string, unknown>[] {
  return shell.calls.filter((call) => call.script === script).map(({ parameters }) => parameters);
}
