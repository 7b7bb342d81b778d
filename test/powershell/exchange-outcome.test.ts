import { expect, test } from 'vitest';
import { runsMark } from '../../activities/powershell/answer.ts';
import { exchangeOutcome } from '../../activities/powershell/exchange-outcome.ts';
import type { Exchange } from '../../activities/powershell/session.ts';
import { Redactor } from '../../activities/secrets/redaction.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';

const ID = '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b';

/** What becomes of a call to a target that got no answer. */
function outcomeOf(end: Exchange['end'], stdout: string) {
  const exchange = { end, stdout, stderr: '', reason: 'it was told to' };
  const redaction = new Redactor().learn([]);
  return exchangeOutcome({ contract: SCRIPTS.getHostState, id: ID, exchange, remote: true, redaction }).outcome;
}

test.each([
  ['cancelled', { kind: 'cancelled', started: false }],
  ['timeout', { kind: 'refused', type: 'HostUnreachable' }],
  ['died', { kind: 'refused', type: 'ShellFailure' }],
] as const)('a call that is %s while its target is connected to has done nothing', (end, outcome) => {
  expect(outcomeOf(end, 'some output')).toMatchObject(outcome);
});

test.each([
  ['cancelled', { kind: 'cancelled', started: true }],
  ['timeout', { kind: 'timed-out' }],
  ['died', { kind: 'caller-failed' }],
] as const)('one that is %s after its script began may have done anything', (end, outcome) => {
  expect(outcomeOf(end, `${runsMark(ID)}\nsome output`)).toMatchObject(outcome);
});

test('a flood may have hidden that the script began', () => {
  expect(outcomeOf('flooded', 'x'.repeat(1_000))).toMatchObject({ kind: 'caller-failed' });
});
