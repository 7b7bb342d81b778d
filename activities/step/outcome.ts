import type { ApplicationFailure } from '@temporalio/common';
import type { Contract } from '../../model/contract.ts';
import { isFailureType, type FailureType } from '../../model/failures.ts';
import { failure } from './failure.ts';

/** How something ended that a step asked of a system, whichever system it is: PowerShell on a host, a database, a directory. */
export type SystemOutcome<R> = { kind: 'result'; result: R } | SystemFailure;

/** Every way in which it can end without a result. */
export type SystemFailure =
  /** It failed there. `keys` are what the contract's `failures` may know it by, the first one first; `hresult` is empty where there is none. */
  | { kind: 'failed'; message: string; keys: string[]; hresult: string }
  /** Before anything was sent, or anybody was reached: nothing ran there. */
  | { kind: 'refused'; type: FailureType; message: string }
  /** It ran, and answered what its contract does not allow. */
  | { kind: 'broke-contract'; message: string }
  /** The connection broke in mid-call: whether it ran to its end is unknown. */
  | { kind: 'lost'; message: string }
  /** What calls the system failed on this worker after the request may have gone out. */
  | { kind: 'caller-failed'; message: string }
  | { kind: 'timed-out'; message: string }
  /** `started` is false when the request had not been sent yet: nothing ran. */
  | { kind: 'cancelled'; message: string; started: boolean };

/** Which failure of the table an outcome is. After an uncertain end of what is declared `once` nothing is tried again: a person decides. */
export function failureOf(
  contract: Pick<Contract<unknown, unknown>, 'name' | 'effect' | 'failures'>,
  where: string,
  outcome: SystemFailure,
): ApplicationFailure {
  const once = contract.effect === 'once';
  const happened = `${contract.name} on ${where}: ${outcome.message}`;
  const certain = (type: FailureType): ApplicationFailure => failure(type, happened, { host: where });
  const uncertain = (type: FailureType): ApplicationFailure => certain(once ? 'StateUnknown' : type);
  switch (outcome.kind) {
    case 'failed': {
      const { keys, hresult } = outcome;
      return failure(meaningOf(keys, contract.failures), happened, { host: where, hresult }, { once });
    }
    case 'refused':
      return certain(outcome.type);
    case 'broke-contract':
      return certain('ContractViolation');
    case 'lost':
      return uncertain('HostLost');
    case 'caller-failed':
      return uncertain('ShellFailure');
    case 'timed-out':
      return uncertain('ShellTimeout');
    default:
      return outcome.started ? uncertain('ShellCancelled') : certain('ShellCancelled');
  }
}

function meaningOf(keys: string[], failures: Readonly<Record<string, string>>): FailureType {
  const types = keys.map((key) => (Object.hasOwn(failures, key) ? failures[key] : undefined));
  return types.find(isFailureType) ?? 'ScriptFailed';
}
