import { expect, test } from 'vitest';
import { rowsFromHistory, type Turns } from '../../../cli/history/rows.ts';
import { countLedger, ledgerTotal } from '../../../model/ledger.ts';
import { patchPlan, turnOutcome } from '../fixtures.ts';

const lock = (name: string): string => `target/host/${name}.corp.example`;

test('a run that could not close itself says unknown where it cannot know, and its states still sum to the plan', () => {
  const turns: Turns = new Map([
    [lock('app01'), [[turnOutcome()]]],
    [lock('app02'), [null]],
  ]);
  const rows = rowsFromHistory(patchPlan(), turns);
  expect(rows.map(({ id, site, turnId, state }) => [id, site, turnId, state])).toEqual([
    ['app01.corp.example', 'nordhavn', lock('app01'), 'succeeded'],
    ['app02.corp.example', 'nordhavn', lock('app02'), 'unknown'],
    ['sql01.corp.example', 'nordhavn', lock('sql01'), 'unreachable'],
  ]);
  expect(ledgerTotal(countLedger(rows.map(({ state }) => state)))).toBe(3);
});

test('of a turn with several targets each row takes its own outcome, and of several turns the last that took it', () => {
  const plan = patchPlan();
  for (const target of plan.material.targets) target.lock = lock('shared');
  const first = ['app01', 'app02'].map((name) => turnOutcome({ id: `${name}.corp.example`, state: 'failed' }));
  const again = turnOutcome({ id: 'app02.corp.example', turn: 2 });
  const rows = rowsFromHistory({ ...plan, guards: [] }, new Map([[lock('shared'), [first, [again]]]]));
  expect(rows.map(({ state, turns }) => [state, turns])).toEqual([
    ['failed', 1],
    ['succeeded', 2],
    ['not-started', 0],
  ]);
});

test('what an earlier stage asked stays open; what an earlier turn of the same stage asked does not', () => {
  const turn = (stage: string, question: string | null) => [turnOutcome({ stage, question })];
  const turns = [
    turn('patch', 'Free the disk?'),
    turn('patch', 'And now?'),
    turn('check', 'Why?'),
    turn('check', null),
  ];
  const [row] = rowsFromHistory(patchPlan(), new Map([[lock('app01'), turns]]));
  expect(row?.question).toBe('And now?');
});

test('a target that no guard kept out and that never began is not-started', () => {
  const plan = { ...patchPlan(), guards: [] };
  expect(rowsFromHistory(plan, new Map()).map(({ state }) => state)).toEqual(Array(3).fill('not-started'));
});

test('without a plan there are no targets to speak of', () => {
  expect(rowsFromHistory(null, new Map())).toEqual([]);
});
