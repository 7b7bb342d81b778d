import type { ApplicationFailure } from '@temporalio/common';
import type { Contract } from '../../model/contract.ts';
import type { FailureType } from '../../model/failures.ts';
import { failure } from './failure.ts';

/** How something ended that a step asked of a system: PowerShell on a host, and later systems too. */
export type SystemOutcome<R> = { kind: 'result'; result: R } | SystemFailure;

/** Every way in which it can end without a result. */
export type SystemFailure =
  /** It failed there. `keys`: looked up in the contract's `failures`, first match wins. `hresult` is empty where there is none. */
  | { kind: 'failed'; message: string; keys: string[]; hresult: string }
  /** Refused before anything ran. */
  | { kind: 'refused'; type: FailureType; message: string }
  /** It ran, and answered what its contract does not allow. */
  | { kind: 'broke-contract'; message: string }
  /** The connection broke in mid-call: whether it ran to its end is unknown. */
  | { kind: 'lost'; message: string }
  /** Our side failed after the request may have left. */
  | { kind: 'caller-failed'; message: string }
  | { kind: 'timed-out'; message: string }
  /** `started` is false when nothing ran. */
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
      const known = keys.find((key) => Object.hasOwn(contract.failures, key)) ?? '';
      return failure(contract.failures[known] ?? 'ScriptFailed', happened, { host: where, hresult }, { once });
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
