import { expect, test } from 'vitest';
import { rowsFromHistory } from '../../../cli/history/rows.ts';
import { countLedger, ledgerTotal } from '../../../model/ledger.ts';
import { patchPlan, turnOutcome } from '../fixtures.ts';

test('a run that could not close itself says unknown where it cannot know, and its states still sum to the plan', () => {
  const rows = rowsFromHistory(patchPlan(), (host) =>
    host === 'app01.corp.example' ? turnOutcome() : host === 'app02.corp.example' ? null : undefined,
  );
  expect(rows.map(({ host, state }) => [host, state])).toEqual([
    ['app01.corp.example', 'succeeded'],
    ['app02.corp.example', 'unknown'],
    ['sql01.corp.example', 'unreachable'],
  ]);
  expect(ledgerTotal(countLedger(rows.map(({ state }) => state)))).toBe(3);
});

test('a target that no guard kept out and that never began is not-started', () => {
  const plan = { ...patchPlan(), guards: [] };
  expect(rowsFromHistory(plan, () => undefined).map(({ state }) => state)).toEqual(Array(3).fill('not-started'));
});

test('without a plan there are no targets to speak of', () => {
  expect(rowsFromHistory(null, () => undefined)).toEqual([]);
});
