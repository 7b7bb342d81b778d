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

test.each([
  [{ Host: 1, other: { name: 1, Name: 2 } }, 'other: the name Name stands there twice but for its case'],
  [{ size: 2 ** 53 }, 'size: 9007199254740992 is beyond 2^53, where digits are lost; pass it as text'],
  [{ size: -1e20 }, 'size: -100000000000000000000 is beyond 2^53'],
  [{ size: [2 ** 53 - 1, 0.5, 1.5e-7] }, null],
])('%j reaches a script as it is, or is refused', (value, says) => {
  expect(lostInJson(value)?.slice(0, says?.length) ?? null).toBe(says);
});

test('the first thing that JSON would change is told with its place', () => {
  expect(lostInJson({ a: [{ b: 1 }, { b: Number.NaN }] })).toMatch(/^a\.1\.b: NaN is no number/);
});
