import { expect, test } from 'vitest';
import { lostInJson } from '../../activities/powershell/json-value.ts';

/** Lists inside each other, without recursion. */
function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

test.each([1, 15, 16])('a value of %d levels is carried', (levels) => {
  expect(lostInJson(nested(levels))).toBeNull();
});

test.each([17, 1_000, 100_000])('a value of %d levels is not, and says what to do', (levels) => {
  expect(lostInJson(nested(levels))).toBe('the value: it is nested deeper than 16 levels; pass it flatter');
});

test('a value that holds itself is not carried', () => {
  const value: Record<string, unknown> = { name: 'x' };
  value['self'] = { inside: [value] };
  expect(lostInJson(value)).toContain('nested deeper than 16 levels');
});

test('the first thing that JSON would change is told with its place', () => {
  expect(lostInJson({ a: [{ b: 1 }, { b: Number.NaN }] })).toMatch(/^a\.1\.b: NaN is no number/);
});
