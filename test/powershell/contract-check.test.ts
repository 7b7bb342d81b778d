import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkParameters } from '../../activities/powershell/contract-check.ts';
import { defineFunction } from '../../model/contract.ts';
import { LONE_SURROGATES } from './hostile-strings.ts';

const contract = defineFunction({
  name: 'Get-FettleThing',
  effect: 'read',
  timeLimitMs: 1_000,
  parameters: z.strictObject({ Value: z.unknown() }),
  result: z.unknown(),
  failures: {},
});

test.each<[string, unknown, RegExp]>([
  ['an integer beyond 2^53', 2 ** 53, /digits of 9007199254740992 would be lost; pass it as text/],
  ['a number that is none', [Number.NaN], /digits of NaN/],
  ...LONE_SURROGATES.flatMap((text): [string, unknown, RegExp][] => [
    [JSON.stringify(text), text, /UTF-8 cannot carry/],
    [`the name ${JSON.stringify(text)}`, { [text]: 1 }, /UTF-8 cannot carry/],
  ]),
])('what would reach a script as something else is refused: %s', (_what, Value, says) => {
  expect(() => checkParameters(contract, { Value })).toThrow(says);
});

test.each([[2 ** 53 - 1], [[0.5, 1.5e-7]], [null], [{ a: 'b' }]])('%j is carried', (Value) => {
  expect(checkParameters(contract, { Value })).toEqual({ Value });
});

test('of parameters that do not fit the contract every problem is told at once', () => {
  const wrong = { Colour: 'red', Shape: 'round' } as unknown as { Value: unknown };
  expect(() => checkParameters(contract, wrong)).toThrow(/Colour.*Shape/);
});
