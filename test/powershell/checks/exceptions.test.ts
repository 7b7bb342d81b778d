import { describe, expect, test } from 'vitest';
import type { Breach } from '../../../activities/powershell/checks/breach.ts';
import { applyExceptions, EXCEPTIONS } from '../../../activities/powershell/checks/exceptions.ts';
import { checkHabits } from '../../../activities/powershell/checks/habits.ts';
import { parsed } from './parsed.ts';

const breaches = (text: string): Breach[] => checkHabits(parsed(text), 'module', new Set());
const apply = (text: string, constructs: string[]): string[] =>
  applyExceptions(new Map([['a.ps1', breaches(text)]]), [{ file: 'a.ps1', constructs, reason: 'It must.' }]).map(
    ({ path, message }) => `${path}: ${message}`,
  );

describe('an exception', () => {
  test('allows its construct to its file', () => {
    expect(apply('[Console]::Out\n& $block', ['[Console]::Out', '& $block'])).toEqual([]);
  });

  test('allows nothing else to it', () => {
    expect(apply('[Console]::Out\n[Console]::Error\n& $other\n& $block', ['[Console]::Out', '& $block'])).toEqual([
      expect.stringMatching(/^a\.ps1:3: What & \$other/),
      expect.stringMatching(/^a\.ps1:2: \[Console\]::Error/),
    ]);
  });

  test('allows nothing to another file', () => {
    const found = applyExceptions(new Map([['b.ps1', breaches('& $block')]]), [
      { file: 'a.ps1', constructs: ['& $block'], reason: 'It must.' },
    ]);
    expect(found.map(({ path }) => path)).toEqual(['b.ps1:1', 'activities/powershell/checks/exceptions.ts']);
  });

  test('is a finding when its file has no such construct any more', () => {
    expect(apply('[Console]::Out', ['[Console]::Out', 'exit'])).toEqual([
      'activities/powershell/checks/exceptions.ts: It allows exit to a.ps1, which has none.',
    ]);
  });
});

test('no exception is given to a script of a runbook', () => {
  expect(EXCEPTIONS.filter(({ file }) => file.startsWith('runbooks/'))).toEqual([]);
});

test('every exception says why, once', () => {
  for (const { reason } of EXCEPTIONS) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  const all = EXCEPTIONS.flatMap(({ file, constructs }) => constructs.map((one) => `${file} ${one.toLowerCase()}`));
  expect(new Set(all).size).toBe(all.length);
});
