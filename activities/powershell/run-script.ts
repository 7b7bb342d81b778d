import type { ApplicationFailure } from '@temporalio/common';
import { isFailureType, type FailureType } from '../../model/failures.ts';
import type { HostConnection } from '../../model/inventory.ts';
import type { ScriptContract } from '../../model/script-contract.ts';
import { failure } from '../failure.ts';
import { idHead } from './judge.ts';
import type { ShellLog } from './shell-settings.ts';
import type { CallNoise, CallOutcome, ScriptFailure, Shell } from './shell.ts';

export interface ScriptRequest<P> {
  /** The host or endpoint that the script is about, as messages shall name it. */
  host: string;
  connection: HostConnection;
  parameters: P;
  /** Upper bound in milliseconds; the smaller of this and the contract's own limit counts. */
  limitMs?: number;
  signal?: AbortSignal;
  /** Takes what the script said beside its result. */
  log?: ShellLog;
  /** The same for whoever keeps the step's record; capped and without secrets. */
  onNoise?: (script: string, noise: CallNoise) => void;
}

type Ended = Exclude<CallOutcome<never>, { kind: 'result' }>;

/** Runs a contracted script and returns its result; every other outcome becomes a failure of the table. */
export async function runScript<P, R>(
  shell: Shell,
  contract: ScriptContract<P, R>,
  { host, connection, parameters, limitMs, signal, log, onNoise }: ScriptRequest<P>,
): Promise<R> {
  const outcome = await shell.call(contract, connection, parameters, {
    ...(limitMs === undefined ? {} : { limitMs }),
    ...(signal ? { signal } : {}),
  });
  if (log) report(log, contract.name, host, outcome.noise);
  onNoise?.(contract.name, outcome.noise);
  if (outcome.kind === 'result') return outcome.result;
  throw scriptFailure(contract, host, outcome);
}

/** Which failure an outcome is. After an uncertain end a step declared `once` is never tried again: a person decides. */
export function scriptFailure(
  contract: Pick<ScriptContract<unknown, unknown>, 'name' | 'effect' | 'failures'>,
  host: string,
  outcome: Ended,
): ApplicationFailure {
  const once = contract.effect === 'once';
  const uncertain = (type: FailureType, happened: string): ApplicationFailure =>
    failure(once ? 'StateUnknown' : type, happened, { host });
  const happened = `${contract.name} on ${host}: ${textOf(outcome)}`;
  switch (outcome.kind) {
    case 'busy':
      return failure('PowerShellBusy', happened, { host });
    case 'not-sent':
      return failure(outcome.type, happened, { host });
    case 'connect-failed':
      return failure('HostUnreachable', happened, { host });
    case 'lost':
      return uncertain('HostLost', happened);
    case 'timeout':
      return uncertain('ShellTimeout', happened);
    case 'cancelled':
      return outcome.started ? uncertain('ShellCancelled', happened) : failure('ShellCancelled', happened, { host });
    case 'shell-failed':
      return outcome.started ? uncertain('ShellFailure', happened) : failure('ShellFailure', happened, { host });
    case 'contract-violation':
      return failure('ContractViolation', happened, { host });
    default: {
      const { hresult } = outcome.failure;
      return failure(meaning(contract.failures, outcome.failure), happened, { host, hresult }, { once });
    }
  }
}

function meaning(failures: Readonly<Record<string, string>>, { hresult, id }: ScriptFailure): FailureType {
  const candidates = [hresult, id, idHead(id)];
  const type = candidates.map((key) => (Object.hasOwn(failures, key) ? failures[key] : undefined)).find(isFailureType);
  return type ?? 'ScriptFailed';
}

function textOf(outcome: Ended): string {
  if (outcome.kind !== 'script-failed') return outcome.message;
  const { message, hresult, category, line } = outcome.failure;
  const told = [hresult, category, line === null ? '' : `line ${line}`].filter((text) => text !== '');
  return told.length === 0 ? message : `${message} (${told.join(', ')})`;
}

function report(log: ShellLog, script: string, host: string, noise: CallNoise): void {
  const { warnings, softErrors, ...rest } = noise;
  if (warnings.length + softErrors.length > 0) log.warn('Script warned', { script, host, warnings, softErrors });
  if (Object.values(rest).some((lines) => lines.length > 0)) log.debug('Script output', { script, host, ...rest });
}
