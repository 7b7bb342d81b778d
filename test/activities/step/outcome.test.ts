import { describe, expect, test } from 'vitest';
import { failure } from '../../../activities/step/failure.ts';
import { failureOf, type SystemFailure } from '../../../activities/step/outcome.ts';
import type { Contract, Effect } from '../../../model/contract.ts';
import { FAILURES, type FailureType } from '../../../model/failures.ts';

const contract: Pick<Contract<unknown, unknown>, 'name' | 'effect' | 'failures'> = {
  name: 'Test-Something',
  effect: 'idempotent',
  failures: { '0x80240009': 'UpdateBusy', FettleTaskRefused: 'TaskRefused', '0x80240016': 'UpdateNeedsReboot' },
};
const HOST = 'app01.corp.example';

const message = 'what happened';
const failed = (hresult: string, ...ids: string[]): SystemFailure => ({
  kind: 'failed',
  message: `${message} (${hresult})`,
  keys: [hresult, ...ids],
  hresult,
});
const refused = (type: FailureType): SystemFailure => ({ kind: 'refused', type, message });
const lost: SystemFailure = { kind: 'lost', message };
const timedOut: SystemFailure = { kind: 'timed-out', message };
const cancelled = (started: boolean): SystemFailure => ({ kind: 'cancelled', message, started });
const callerFailed: SystemFailure = { kind: 'caller-failed', message };
const brokeContract: SystemFailure = { kind: 'broke-contract', message };

type Row = [name: string, effect: Effect, outcome: SystemFailure, type: keyof typeof FAILURES, nonRetryable: boolean];
const TABLE: Row[] = [
  ['a host that is not reached', 'idempotent', refused('HostUnreachable'), 'HostUnreachable', false],
  ['a host that is not reached', 'once', refused('HostUnreachable'), 'HostUnreachable', false],
  ['a lost connection', 'read', lost, 'HostLost', false],
  ['a lost connection', 'idempotent', lost, 'HostLost', false],
  ['a lost connection', 'once', lost, 'StateUnknown', true],
  ['a time-out', 'idempotent', timedOut, 'ShellTimeout', false],
  ['a time-out', 'once', timedOut, 'StateUnknown', true],
  ['a time-out', 'read', timedOut, 'ShellTimeout', false],
  ['a cancel in mid-call', 'idempotent', cancelled(true), 'ShellCancelled', true],
  ['a cancel in mid-call', 'once', cancelled(true), 'StateUnknown', true],
  ['a cancel before the call', 'once', cancelled(false), 'ShellCancelled', true],
  ['a dead shell in mid-call', 'read', callerFailed, 'ShellFailure', false],
  ['a dead shell in mid-call', 'idempotent', callerFailed, 'ShellFailure', false],
  ['a dead shell in mid-call', 'once', callerFailed, 'StateUnknown', true],
  ['a shell that is not to be had', 'once', refused('ShellFailure'), 'ShellFailure', false],
  ['a result that breaks the contract', 'once', brokeContract, 'ContractViolation', true],
  ['parameters that break the contract', 'read', refused('ContractViolation'), 'ContractViolation', true],
  ['an HRESULT of the table', 'idempotent', failed('0x80240009'), 'UpdateBusy', false],
  ['an HRESULT of the table that must not be retried', 'idempotent', failed('0x80240016'), 'UpdateNeedsReboot', true],
  ['an HRESULT of the table', 'once', failed('0x80240009'), 'UpdateBusy', true],
  ['an error id of the table', 'read', failed('0x80131501', 'FettleTaskRefused'), 'TaskRefused', true],
  [
    'an error id with its function',
    'read',
    failed('0x80131501', 'FettleTaskRefused,Start-X', 'FettleTaskRefused'),
    'TaskRefused',
    true,
  ],
  ['an HRESULT before an error id', 'read', failed('0x80240009', 'FettleTaskRefused'), 'UpdateBusy', false],
  ['a failure that no table knows', 'read', failed('0x80004005', 'toString'), 'ScriptFailed', true],
];

describe('an outcome becomes a failure of the table', () => {
  test.each(TABLE)('%s, effect %s', (_name, effect, outcome, type, nonRetryable) => {
    const thrown = failureOf({ ...contract, effect }, HOST, outcome);
    expect({ type: thrown.type, nonRetryable: thrown.nonRetryable }).toEqual({ type, nonRetryable });
  });

  test('that says script, host, what happened and what to do', () => {
    const thrown = failureOf(contract, HOST, failed('0x80240009'));
    expect(thrown.message).toBe(`Test-Something on ${HOST}: what happened (0x80240009). ${FAILURES.UpdateBusy.advice}`);
    expect(thrown.details).toEqual([{ host: HOST, hresult: '0x80240009', question: thrown.message }]);
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
