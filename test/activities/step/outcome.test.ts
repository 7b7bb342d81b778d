import { describe, expect, test } from 'vitest';
import { NO_SIDE_OUTPUT as sideOutput } from '../../../activities/powershell/shell.ts';
import { systemOutcome } from '../../../activities/powershell/system-outcome.ts';
import type { CallOutcome } from '../../../activities/powershell/shell.ts';
import { failure } from '../../../activities/step/failure.ts';
import { failureOf } from '../../../activities/step/outcome.ts';
import type { Contract, Effect } from '../../../model/contract.ts';
import { FAILURES } from '../../../model/failures.ts';

const contract: Pick<Contract<unknown, unknown>, 'name' | 'effect' | 'failures'> = {
  name: 'Test-Something',
  effect: 'idempotent',
  failures: { '0x80240009': 'UpdateBusy', FettleTaskRefused: 'TaskRefused', '0x80240016': 'UpdateNeedsReboot' },
};
const HOST = 'app01.corp.example';

type Ended = Exclude<CallOutcome<never>, { kind: 'result' }>;
const message = 'what happened';
const threw = (hresult: string, id = 'RuntimeException'): Ended => ({
  kind: 'script-failed',
  failure: { message, hresult, id, type: 'System.Exception', category: '', line: null },
  sideOutput,
});

const connectFailed: Ended = { kind: 'connect-failed', message, sideOutput };
const lost: Ended = { kind: 'lost', message, sideOutput };
const timeout: Ended = { kind: 'timeout', message, sideOutput };
const cancelled = (started: boolean): Ended => ({ kind: 'cancelled', message, started, sideOutput });
const shellFailed = (started: boolean): Ended => ({ kind: 'shell-failed', message, started, sideOutput });
const violation = (side: 'parameters' | 'result'): Ended => ({ kind: 'contract-violation', side, message, sideOutput });

function failureIn(of: typeof contract, where: string, called: Ended) {
  const outcome = systemOutcome(called);
  if (outcome.kind === 'result') throw new Error('It was expected to fail, and it did not');
  return failureOf(of, where, outcome);
}

type Row = [name: string, effect: Effect, outcome: Ended, type: keyof typeof FAILURES, nonRetryable: boolean];
const TABLE: Row[] = [
  ['a host that is not reached', 'idempotent', connectFailed, 'HostUnreachable', false],
  ['a host that is not reached', 'once', connectFailed, 'HostUnreachable', false],
  ['a lost connection', 'read', lost, 'HostLost', false],
  ['a lost connection', 'idempotent', lost, 'HostLost', false],
  ['a lost connection', 'once', lost, 'StateUnknown', true],
  ['a time-out', 'idempotent', timeout, 'ShellTimeout', false],
  ['a time-out', 'once', timeout, 'StateUnknown', true],
  ['a time-out', 'read', timeout, 'ShellTimeout', false],
  ['a cancel in mid-call', 'idempotent', cancelled(true), 'ShellCancelled', true],
  ['a cancel in mid-call', 'once', cancelled(true), 'StateUnknown', true],
  ['a cancel before the call', 'once', cancelled(false), 'ShellCancelled', true],
  ['a dead shell in mid-call', 'read', shellFailed(true), 'ShellFailure', false],
  ['a dead shell in mid-call', 'idempotent', shellFailed(true), 'ShellFailure', false],
  ['a dead shell in mid-call', 'once', shellFailed(true), 'StateUnknown', true],
  ['a shell that is not to be had', 'once', shellFailed(false), 'ShellFailure', false],
  ['a result that breaks the contract', 'once', violation('result'), 'ContractViolation', true],
  ['parameters that break the contract', 'read', violation('parameters'), 'ContractViolation', true],
  ['an HRESULT of the table', 'idempotent', threw('0x80240009'), 'UpdateBusy', false],
  ['an HRESULT of the table that must not be retried', 'idempotent', threw('0x80240016'), 'UpdateNeedsReboot', true],
  ['an HRESULT of the table', 'once', threw('0x80240009'), 'UpdateBusy', true],
  ['an error id of the table', 'read', threw('0x80131501', 'FettleTaskRefused'), 'TaskRefused', true],
  ['an error id with its function', 'read', threw('0x80131501', 'FettleTaskRefused,Start-X'), 'TaskRefused', true],
  ['an HRESULT before an error id', 'read', threw('0x80240009', 'FettleTaskRefused'), 'UpdateBusy', false],
  ['a failure that no table knows', 'read', threw('0x80004005', 'toString'), 'ScriptFailed', true],
];

describe('an outcome becomes a failure of the table', () => {
  test.each(TABLE)('%s, effect %s', (_name, effect, outcome, type, nonRetryable) => {
    const thrown = failureIn({ ...contract, effect }, HOST, outcome);
    expect({ type: thrown.type, nonRetryable: thrown.nonRetryable }).toEqual({ type, nonRetryable });
  });

  test('that says script, host, what happened and what to do', () => {
    const thrown = failureIn(contract, HOST, threw('0x80240009'));
    expect(thrown.message).toBe(`Test-Something on ${HOST}: what happened (0x80240009). ${FAILURES.UpdateBusy.advice}`);
    expect(thrown.details).toEqual([{ host: HOST, hresult: '0x80240009', question: thrown.message }]);
  });

  test('that says in which category and at which line of the script it failed', () => {
    const failed: Ended = {
      kind: 'script-failed',
      failure: { message, hresult: '0x80131501', id: '', type: '', category: 'ObjectNotFound', line: 12 },
      sideOutput,
    };
    const thrown = failureIn(contract, HOST, failed);
    expect(thrown.message).toContain(`on ${HOST}: what happened (0x80131501, ObjectNotFound, line 12).`);
  });

  test('without a question where nobody is asked', () => {
    expect(failure('LowDisk', 'Only 3 MB are left', { host: HOST }).details).toEqual([
      { host: HOST, question: undefined },
    ]);
  });

  test('with the question that is given', () => {
    const question = 'Fail over AG X from A to B, then retry?';
    expect(failure('AvailabilityGroupPrimary', 'A is primary.', { question }).details).toEqual([{ question }]);
  });
});
