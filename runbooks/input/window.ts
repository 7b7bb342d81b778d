import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Organisation } from '../../model/organisation.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { PlannedWindow } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import { closes as closesField, closesForm, milliseconds, timeZone as timeZoneField } from './fields.ts';

export const windowSchema = z
  .strictObject({ closes: closesField, timeZone: timeZoneField.optional() })
  .describe('When the window closes: { closes: "2026-12-09T05:00" }, with timeZone where it is not the site\'s own.');
type WindowInput = z.output<typeof windowSchema>;

const LONGEST = Temporal.Duration.from({ hours: 7 * 24 });

/**
 * The end of the window in UTC. A local time in the hour that daylight saving skips is read as the later,
 * shifted one; in the hour that comes twice, as the earlier: both are stated in `notes`. `now` is ISO 8601 in UTC.
 */
export function resolveWindow(window: WindowInput, timeZone: string, now: string): Parsed<PlannedWindow> {
  const from = Temporal.Instant.from(now);
  const read = readCloses(window.closes, timeZone, from);
  if (!read.ok) return read;
  const { closesAt, notes } = read.value;
  const tooEarly = Temporal.Instant.compare(closesAt, from) <= 0;
  const tooLate = Temporal.Instant.compare(closesAt, from.add(LONGEST)) > 0;
  if (tooEarly || tooLate) {
    return problem(
      `${window.closes} is ${closesAt.toString()}, ${tooEarly ? 'which is over' : 'more than 7 days ahead'} at ${now}`,
      'a time within 7 days from now, such as +4h',
    );
  }
  return {
    ok: true,
    value: { closesAt: closesAt.toString(), timeZone, notes: [...notes, ...clockChange(from, closesAt, timeZone)] },
  };
}

/** The same in the time zone of the sites, where the input names none; sites of several zones are a problem. */
export function windowOf(
  input: { site: string[]; window: WindowInput },
  { sites }: Organisation,
  now: string,
): Parsed<PlannedWindow> {
  const zones = sites.filter(({ name }) => input.site.includes(name)).map(({ timeZone }) => timeZone);
  const [zone = 'UTC', ...others] = input.window.timeZone === undefined ? [...new Set(zones)] : [input.window.timeZone];
  if (others.length === 0) return resolveWindow(input.window, zone, now);
  const message = `the sites are in different time zones: ${[zone, ...others].join(', ')}`;
  return {
    ok: false,
    problems: [{ path: 'window.timeZone', message, expected: `one of ${[zone, ...others].join(', ')}` }],
  };
}

interface ReadCloses {
  closesAt: Temporal.Instant;
  notes: string[];
}

function readCloses(closes: string, timeZone: string, from: Temporal.Instant): Parsed<ReadCloses> {
  try {
    switch (closesForm(closes)) {
      case 'instant':
        return { ok: true, value: { closesAt: Temporal.Instant.from(closes), notes: [] } };
      case 'from-planning':
        return { ok: true, value: { closesAt: from.add({ milliseconds: milliseconds(closes.slice(1)) }), notes: [] } };
      case 'time-of-day':
        return { ok: true, value: nextTimeOfDay(Temporal.PlainTime.from(closes), timeZone, from) };
      default:
        return { ok: true, value: readLocal(Temporal.PlainDateTime.from(closes, { overflow: 'reject' }), timeZone) };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return problem(
      `${closes} is no date and time that exists`,
      'a date and time of the calendar, such as 2026-12-09T05:00',
    );
  }
}

function nextTimeOfDay(time: Temporal.PlainTime, timeZone: string, from: Temporal.Instant): ReadCloses {
  const today = from.toZonedDateTimeISO(timeZone).toPlainDate();
  const candidate = readLocal(today.toPlainDateTime(time), timeZone);
  if (Temporal.Instant.compare(candidate.closesAt, from) > 0) return candidate;
  return readLocal(today.add({ days: 1 }).toPlainDateTime(time), timeZone);
}

function readLocal(local: Temporal.PlainDateTime, timeZone: string): ReadCloses {
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (earlier.epochNanoseconds === later.epochNanoseconds) return { closesAt: earlier.toInstant(), notes: [] };
  const text = `${local.toString({ smallestUnit: 'minute' })} ${timeZone}`;
  if (earlier.toPlainDateTime().equals(local)) {
    const note = `${text} comes twice, because clocks are set back; the earlier one is taken (UTC${earlier.offset}).`;
    return { closesAt: earlier.toInstant(), notes: [note] };
  }
  const shifted = later.toPlainDateTime().toString({ smallestUnit: 'minute' });
  const note = `${text} does not exist, because clocks are set forward; ${shifted} is taken (UTC${later.offset}).`;
  return { closesAt: later.toInstant(), notes: [note] };
}

function clockChange(from: Temporal.Instant, closesAt: Temporal.Instant, timeZone: string): string[] {
  const before = from.toZonedDateTimeISO(timeZone).offset;
  const after = closesAt.toZonedDateTimeISO(timeZone).offset;
  if (before === after) return [];
  return [`Clocks change in ${timeZone} before the window closes: from UTC${before} to UTC${after}.`];
}

function problem(message: string, expected: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [{ path: 'window.closes', message, expected }] };
}
