import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { WindowTimes } from '../../model/activities.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { PlannedWindow } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import {
  closes as closesField,
  milliseconds,
  opens as opensField,
  timeForm,
  timeZone as timeZoneField,
} from './fields.ts';

export const windowSchema = z
  .strictObject({ opens: opensField.optional(), closes: closesField, timeZone: timeZoneField.optional() })
  .describe(
    'When the window opens and closes: { opens: "2026-12-08T22:00", closes: "2026-12-09T05:00" }; opens may be left out, and timeZone where it is the site\'s own.',
  );
type WindowInput = z.output<typeof windowSchema>;

const LONGEST = Temporal.Duration.from({ hours: 7 * 24 });

/**
 * Opening and end of the window in UTC, counted from when the run was due to begin: who takes it up late gets no other window, and one
 * that is over is a problem. A local time in the hour that daylight saving skips is read as the later, shifted one; in the hour that
 * comes twice, as the earlier: both are stated in `notes`.
 */
export function resolveWindow(window: WindowInput, timeZone: string, times: WindowTimes): Parsed<PlannedWindow> {
  const due = Temporal.Instant.from(times.dueAt);
  const opening = window.opens === undefined ? null : readOpening(window.opens, window.closes, timeZone, due);
  const from = opening?.ok === true ? opening.value.at : due;
  const end = readTime('closes', window.closes, timeZone, from);
  if (opening?.ok === false || !end.ok)
    return { ok: false, problems: [opening, end].flatMap((part) => (part?.ok === false ? part.problems : [])) };
  const opensAt = opening === null ? null : from.toString();
  const notes = [...(opening?.value.notes ?? []), ...end.value.notes, ...clockChange(due, end.value.at, timeZone)];
  const value = { opensAt, closesAt: end.value.at.toString(), timeZone, notes };
  const problems = [...outOfOrder(window, value, times), ...overBy(window, value, times)];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}

/** The same in the time zone of the sites, where the input names none; sites of several zones are a problem. */
export function windowOf(
  input: { site: string[]; window: WindowInput },
  { sites }: Organisation,
  times: WindowTimes,
): Parsed<PlannedWindow> {
  const zones = sites.filter(({ name }) => input.site.includes(name)).map(({ timeZone }) => timeZone);
  const [zone = 'UTC', ...others] = input.window.timeZone === undefined ? [...new Set(zones)] : [input.window.timeZone];
  if (others.length === 0) return resolveWindow(input.window, zone, times);
  const message = `the sites are in different time zones: ${[zone, ...others].join(', ')}`;
  return {
    ok: false,
    problems: [{ path: 'window.timeZone', message, expected: `one of ${[zone, ...others].join(', ')}` }],
  };
}

/** A problem where the window is over by `now`, as it is when a worker, or a host that planning waits for, comes too late. */
export function overBy(
  { closes }: Pick<WindowInput, 'closes'>,
  { opensAt, closesAt }: Pick<PlannedWindow, 'opensAt' | 'closesAt'>,
  { dueAt, now }: WindowTimes,
): Problem[] {
  if (Date.parse(now) < Date.parse(closesAt)) return [];
  const after = opensAt === null ? '' : ` after the opening at ${opensAt}`;
  const message = `the window closed at ${closesAt} (${closes}${after}, read against ${dueAt}, when the work was due to begin), and it is ${now}`;
  return [problem('closes', message, 'a window that is still open when the plan is made: start a new run in it')];
}

function outOfOrder(
  { opens = '', closes }: WindowInput,
  { opensAt, closesAt }: PlannedWindow,
  { dueAt }: WindowTimes,
): Problem[] {
  if (opensAt !== null && tooFar(opensAt, dueAt)) {
    const message = `${opens} is ${opensAt}, more than 7 days after ${dueAt}, when the work is due to begin`;
    return [problem('opens', message, 'an opening within 7 days, such as +2h')];
  }
  if (opensAt !== null && Temporal.Instant.compare(opensAt, closesAt) >= 0) {
    const message = `${opens} is ${opensAt}, and the window closes before that: ${closes} is ${closesAt}`;
    return [problem('opens', message, 'an opening before the end of the window')];
  }
  if (!tooFar(closesAt, opensAt ?? dueAt)) return [];
  const message = `${closes} is ${closesAt}, more than 7 days after ${opensAt ?? dueAt}, when the window opens`;
  return [problem('closes', message, 'an end within 7 days, such as +4h')];
}

function tooFar(at: string, from: string): boolean {
  return Temporal.Instant.compare(at, Temporal.Instant.from(from).add(LONGEST)) > 0;
}

interface ReadTime {
  at: Temporal.Instant;
  notes: string[];
}

/**
 * An opening. A time of day is the last such time while the window that opened then is still open, else the next one: who starts a
 * run a moment after 22:00 means that night. An end on a fixed date belongs to one night only, so there it is always the next one.
 */
function readOpening(opens: string, closes: string, timeZone: string, due: Temporal.Instant): Parsed<ReadTime> {
  const next = readTime('opens', opens, timeZone, due);
  const daily = timeForm(opens) === 'time-of-day' && ['time-of-day', 'from-start'].includes(timeForm(closes) ?? '');
  if (!next.ok || !daily) return next;
  const last = lastTimeOfDay(Temporal.PlainTime.from(opens), timeZone, due);
  const end = readTime('closes', closes, timeZone, last.at);
  return end.ok && Temporal.Instant.compare(end.value.at, due) > 0 ? { ok: true, value: last } : next;
}

function readTime(field: 'opens' | 'closes', text: string, timeZone: string, from: Temporal.Instant): Parsed<ReadTime> {
  try {
    switch (timeForm(text)) {
      case 'instant':
        return { ok: true, value: { at: Temporal.Instant.from(text), notes: [] } };
      case 'from-start':
        return { ok: true, value: { at: from.add({ milliseconds: milliseconds(text.slice(1)) }), notes: [] } };
      case 'time-of-day':
        return { ok: true, value: nextTimeOfDay(Temporal.PlainTime.from(text), timeZone, from) };
      default:
        return { ok: true, value: readLocal(Temporal.PlainDateTime.from(text, { overflow: 'reject' }), timeZone) };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `${text} is no date and time that exists`;
    return {
      ok: false,
      problems: [problem(field, message, 'a date and time of the calendar, such as 2026-12-09T05:00')],
    };
  }
}

function nextTimeOfDay(time: Temporal.PlainTime, timeZone: string, from: Temporal.Instant): ReadTime {
  const today = from.toZonedDateTimeISO(timeZone).toPlainDate();
  const candidate = readLocal(today.toPlainDateTime(time), timeZone);
  if (Temporal.Instant.compare(candidate.at, from) > 0) return candidate;
  return readLocal(today.add({ days: 1 }).toPlainDateTime(time), timeZone);
}

/** The last such time, `from` itself included. */
function lastTimeOfDay(time: Temporal.PlainTime, timeZone: string, from: Temporal.Instant): ReadTime {
  const today = from.toZonedDateTimeISO(timeZone).toPlainDate();
  const candidate = readLocal(today.toPlainDateTime(time), timeZone);
  if (Temporal.Instant.compare(candidate.at, from) <= 0) return candidate;
  return readLocal(today.subtract({ days: 1 }).toPlainDateTime(time), timeZone);
}

function readLocal(local: Temporal.PlainDateTime, timeZone: string): ReadTime {
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (earlier.epochNanoseconds === later.epochNanoseconds) return { at: earlier.toInstant(), notes: [] };
  const text = `${local.toString({ smallestUnit: 'minute' })} ${timeZone}`;
  if (earlier.toPlainDateTime().equals(local)) {
    const note = `${text} comes twice, because clocks are set back; the earlier one is taken (UTC${earlier.offset}).`;
    return { at: earlier.toInstant(), notes: [note] };
  }
  const shifted = later.toPlainDateTime().toString({ smallestUnit: 'minute' });
  const note = `${text} does not exist, because clocks are set forward; ${shifted} is taken (UTC${later.offset}).`;
  return { at: later.toInstant(), notes: [note] };
}

function clockChange(from: Temporal.Instant, closesAt: Temporal.Instant, timeZone: string): string[] {
  const before = from.toZonedDateTimeISO(timeZone).offset;
  const after = closesAt.toZonedDateTimeISO(timeZone).offset;
  if (before === after) return [];
  return [`Clocks change in ${timeZone} before the window closes: from UTC${before} to UTC${after}.`];
}

function problem(field: 'opens' | 'closes', message: string, expected: string): Problem {
  return { path: `window.${field}`, message, expected };
}
