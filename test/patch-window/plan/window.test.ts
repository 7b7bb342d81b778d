import { describe, expect, it } from 'vitest';
import { resolveWindow } from '../../../runbooks/input/window.ts';

const CPH = 'Europe/Copenhagen';

function closesAt(closes: string, now: string, timeZone = CPH) {
  const window = resolveWindow({ closes }, timeZone, now);
  if (!window.ok) throw new Error(JSON.stringify(window.problems));
  return window.value;
}

describe('the end of a window', () => {
  it.each([
    ['a local date and time', '2026-12-09T05:00', '2026-12-08T20:00:00Z', '2026-12-09T04:00:00Z'],
    ['a local time in summer', '2026-07-09T05:00', '2026-07-08T20:00:00Z', '2026-07-09T03:00:00Z'],
    ['a time of day later today', '23:30', '2026-12-08T20:00:00Z', '2026-12-08T22:30:00Z'],
    ['a time of day that was today already', '05:00', '2026-12-08T20:00:00Z', '2026-12-09T04:00:00Z'],
    ['an instant in UTC', '2026-12-09T04:00Z', '2026-12-08T20:00:00Z', '2026-12-09T04:00:00Z'],
    ['an instant with an offset', '2026-12-09T04:00:00+05:30', '2026-12-08T20:00:00Z', '2026-12-08T22:30:00Z'],
    ['hours from planning on', '+4h', '2026-12-08T20:00:00.123Z', '2026-12-09T00:00:00.123Z'],
    ['minutes from planning on', '+90m', '2026-12-08T20:00:00Z', '2026-12-08T21:30:00Z'],
  ])('is read from %s', (_name, closes, now, expected) => {
    expect(closesAt(closes, now)).toEqual({ closesAt: expected, timeZone: CPH, notes: [] });
  });

  it('is the later, shifted time in the hour that daylight saving skips, and says so', () => {
    const window = closesAt('2027-03-28T02:30', '2027-03-27T20:00:00Z');
    expect(window.closesAt).toBe('2027-03-28T01:30:00Z');
    expect(window.notes[0]).toContain('does not exist');
    expect(window.notes[0]).toContain('2027-03-28T03:30');
  });

  it('is the earlier time in the hour that comes twice, and says so', () => {
    const window = closesAt('2026-10-25T02:30', '2026-10-24T20:00:00Z');
    expect(window.closesAt).toBe('2026-10-25T00:30:00Z');
    expect(window.notes[0]).toContain('comes twice');
    expect(window.notes[0]).toContain('+02:00');
  });

  it('treats a time of day in the gap alike', () => {
    expect(closesAt('02:30', '2027-03-27T23:00:00Z').closesAt).toBe('2027-03-28T01:30:00Z');
  });

  it('says when clocks change inside the window', () => {
    expect(closesAt('+6h', '2026-10-24T22:00:00Z').notes).toEqual([
      'Clocks change in Europe/Copenhagen before the window closes: from UTC+02:00 to UTC+01:00.',
    ]);
  });

  it.each([
    ['a time that is over', '2026-12-08T05:00'],
    ['a time that is too far off', '2027-12-09T05:00'],
    ['a day that no calendar has', '2026-02-30T05:00'],
    ['an hour that no day has', '25:00'],
  ])('is a problem for %s', (_name, closes) => {
    const window = resolveWindow({ closes }, CPH, '2026-12-08T20:00:00Z');
    expect(window.ok ? [] : window.problems.map(({ path }) => path)).toEqual(['window.closes']);
  });
});
