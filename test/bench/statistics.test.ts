import { expect, test } from 'vitest';
import { fairness, spread } from '../../bench/statistics.ts';

test('half of the durations are at most p50, nearly all at most p95, in whatever order they came', () => {
  const durations = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spread(durations)).toEqual({ count: 100, p50: 51, p95: 96 });
});

test('one duration is all there is to say', () => {
  expect(spread([7.12345])).toEqual({ count: 1, p50: 7.123, p95: 7.123 });
});

test('equal shares are fair, and one taking everything is as unfair as there are others', () => {
  expect(fairness([5, 5, 5, 5])).toBe(1);
  expect(fairness([20, 0, 0, 0])).toBe(0.25);
  expect(fairness([])).toBe(0);
});
