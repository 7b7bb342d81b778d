import { expect, test } from 'vitest';
import { FAILURES, failureRule } from '../../model/failures.ts';
import { code, tableRows } from './markdown-table.ts';

const HANDLING = {
  end: 'ends the turn',
  'reboot-and-retry': 'reboot, one more try',
  ask: 'asks',
  refuse: 'leaves it out',
};

const rows = tableRows('docs/failures.md').filter((cells) => cells.length === 5);

test('the document names every failure type exactly once, in the order of the table in the code', () => {
  expect(rows.map(([type]) => code(type))).toEqual(Object.keys(FAILURES));
});

test.each(rows.map((cells) => [code(cells[0]), cells] as const))(
  '%s is documented as the code rules',
  (type, [, retry, handling, state, advice]) => {
    const rule = failureRule(type);
    expect({ retry, handling, state: code(state), advice }).toEqual({
      retry: rule.retry ? 'yes' : 'no',
      handling: HANDLING[rule.handling],
      state: rule.state,
      advice: rule.advice,
    });
  },
);
