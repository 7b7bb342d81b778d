import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../model/problems.ts';
import { resolveWindow } from '../../../runbooks/input/window.ts';

const CPH = 'Europe/Copenhagen';
const EVENING = '2026-12-08T20:00:00Z';

/** The window of a run that was due at `dueAt` and is planned at `now`. */
function read(window: { opens?: string; closes: string }, dueAt: string, now = dueAt) {
  return resolveWindow(window, CPH, { dueAt, now });
}

function windowOf(window: { opens?: string; closes: string }, dueAt: string, now = dueAt) {
  const resolved = read(window, dueAt, now);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.value;
}

function problemsOf(window: { opens?: string; closes: string }, dueAt: string, now = dueAt): Problem[] {
  const resolved = read(window, dueAt, now);
  return resolved.ok ? [] : resolved.problems;
}

describe('the end of a window', () => {
  it.each([
    ['a local date and time', '2026-12-09T05:00', EVENING, '2026-12-09T04:00:00Z'],
    ['a local time in summer', '2026-07-09T05:00', '2026-07-08T20:00:00Z', '2026-07-09T03:00:00Z'],
    ['a time of day later today', '23:30', EVENING, '2026-12-08T22:30:00Z'],
    ['a time of day that was today already', '05:00', EVENING, '2026-12-09T04:00:00Z'],
    ['an instant in UTC', '2026-12-09T04:00Z', EVENING, '2026-12-09T04:00:00Z'],
    ['an instant with an offset', '2026-12-09T04:00:00+05:30', EVENING, '2026-12-08T22:30:00Z'],
    ['hours from the start on', '+4h', '2026-12-08T20:00:00.123Z', '2026-12-09T00:00:00.123Z'],
    ['minutes from the start on', '+90m', EVENING, '2026-12-08T21:30:00Z'],
  ])('is read from %s', (_name, closes, dueAt, closesAt) => {
    expect(windowOf({ closes }, dueAt)).toEqual({ opensAt: null, closesAt, timeZone: CPH, notes: [] });
  });

  it.each(['06:30', '+30m', '2026-12-09T06:30', '2026-12-09T05:30Z'])(
    'that was %s is not moved by a worker that comes late: it still fits a second before, and is over at that time',
    (closes) => {
      const dueAt = '2026-12-09T05:00:00Z';
      const closesAt = '2026-12-09T05:30:00Z';
      expect(windowOf({ closes }, dueAt, '2026-12-09T05:29:59Z').closesAt).toBe(closesAt);
      for (const now of [closesAt, '2026-12-09T05:30:03Z'])
        expect(problemsOf({ closes }, dueAt, now)).toEqual([
          {
            path: 'window.closes',
            message: `the window closed at ${closesAt} (${closes}, read against ${dueAt}, when the work was due to begin), and it is ${now}`,
            expected: expect.stringContaining('start a new run'),
          },
        ]);
    },
  );

  it('is the later, shifted time in the hour that daylight saving skips, and says so', () => {
    const window = windowOf({ closes: '2027-03-28T02:30' }, '2027-03-27T20:00:00Z');
    expect(window.closesAt).toBe('2027-03-28T01:30:00Z');
    expect(window.notes[0]).toContain('does not exist');
    expect(window.notes[0]).toContain('2027-03-28T03:30');
  });

  it('is the earlier time in the hour that comes twice, and says so', () => {
    const window = windowOf({ closes: '2026-10-25T02:30' }, '2026-10-24T20:00:00Z');
    expect(window.closesAt).toBe('2026-10-25T00:30:00Z');
    expect(window.notes[0]).toContain('comes twice');
    expect(window.notes[0]).toContain('+02:00');
  });

  it('treats a time of day in the gap alike', () => {
    expect(windowOf({ closes: '02:30' }, '2027-03-27T23:00:00Z').closesAt).toBe('2027-03-28T01:30:00Z');
  });

  it('says when clocks change inside the window', () => {
    expect(windowOf({ closes: '+6h' }, '2026-10-24T22:00:00Z').notes).toEqual([
      'Clocks change in Europe/Copenhagen before the window closes: from UTC+02:00 to UTC+01:00.',
    ]);
  });

  it.each([
    ['a time that is over', '2026-12-08T05:00'],
    ['a time that is too far off', '2027-12-09T05:00'],
    ['a day that no calendar has', '2026-02-30T05:00'],
    ['an hour that no day has', '25:00'],
  ])('is a problem for %s', (_name, closes) => {
    expect(problemsOf({ closes }, EVENING).map(({ path }) => path)).toEqual(['window.closes']);
  });
});

describe('the opening of a window', () => {
  it.each([
    ['a local date and time', '2026-12-08T22:00', '05:00', '2026-12-08T21:00:00Z', '2026-12-09T04:00:00Z'],
    ['a time of day, the end counted from it', '22:00', '20:30', '2026-12-08T21:00:00Z', '2026-12-09T19:30:00Z'],
    [
      'an instant, the end so long after it',
      '2026-12-08T21:00Z',
      '+4h',
      '2026-12-08T21:00:00Z',
      '2026-12-09T01:00:00Z',
    ],
    ['hours from the start on', '+2h', '+4h', '2026-12-08T22:00:00Z', '2026-12-09T02:00:00Z'],
    [
      'a date that is past: the window is open',
      '2026-12-08T20:00',
      '+4h',
      '2026-12-08T19:00:00Z',
      '2026-12-08T23:00:00Z',
    ],
    ['the very time of day at which the run was due', '21:00', '05:00', '2026-12-08T20:00:00Z', '2026-12-09T04:00:00Z'],
    ['a time of day a moment before the start', '20:59', '+8h', '2026-12-08T19:59:00Z', '2026-12-09T03:59:00Z'],
    ['a time of day of the day before, still open', '22:00', '21:01', '2026-12-07T21:00:00Z', '2026-12-08T20:01:00Z'],
    ['a time of day whose last window is over', '22:00', '21:00', '2026-12-08T21:00:00Z', '2026-12-09T20:00:00Z'],
  ])('is read from %s', (_name, opens, closes, opensAt, closesAt) => {
    expect(windowOf({ opens, closes }, EVENING)).toEqual({ opensAt, closesAt, timeZone: CPH, notes: [] });
  });

  it('is the later, shifted time in the hour that daylight saving skips, and the earlier where it comes twice', () => {
    const gap = windowOf({ opens: '02:30', closes: '+4h' }, '2027-03-27T20:00:00Z');
    expect(gap).toMatchObject({ opensAt: '2027-03-28T01:30:00Z', closesAt: '2027-03-28T05:30:00Z' });
    expect(gap.notes[0]).toContain('does not exist');
    const twice = windowOf({ opens: '02:30', closes: '02:45' }, '2026-10-24T20:00:00Z');
    expect(twice).toMatchObject({ opensAt: '2026-10-25T00:30:00Z', closesAt: '2026-10-25T00:45:00Z' });
    expect(twice.notes.filter((note) => note.includes('comes twice'))).toHaveLength(2);
  });

  it('does not keep a window open that is over when the run is planned', () => {
    expect(problemsOf({ opens: '22:00', closes: '23:00' }, EVENING, '2026-12-08T22:00:03Z')[0]?.message).toContain(
      'closed at 2026-12-08T22:00:00Z (23:00 after the opening at 2026-12-08T21:00:00Z, read against 2026-12-08T20:00:00Z',
    );
  });

  it.each([
    ['that is after the end', '2026-12-09T06:00', '2026-12-09T05:00', ['window.opens']],
    ['that is the end', '2026-12-09T05:00', '2026-12-09T05:00', ['window.opens']],
    ['after the end on a fixed date', '20:00', '2026-12-09T05:00', ['window.opens']],
    ['that is too far off', '+8d', '+4h', ['window.opens']],
    ['on a day that no calendar has', '2026-02-30T05:00', '+4h', ['window.opens']],
    ['and an end at hours that no day has', '25:00', '26:00', ['window.opens', 'window.closes']],
    ['too long before the end', '+2h', '+8d', ['window.closes']],
  ])('is a problem %s', (_name, opens, closes, paths) => {
    expect(problemsOf({ opens, closes }, EVENING).map(({ path }) => path)).toEqual(paths);
  });
});
