import ms from 'ms';
import type { StringValue } from 'ms';
import { z } from 'zod';
import { HOST_ROLES } from '../../model/inventory.ts';

const DURATION = /^\d{1,6}(\.\d+)?(ms|s|m|h|d)$/;

/** A duration with its unit, `90s`, `10m`, `4h`, `3d`, as milliseconds; `least` and `most` are such durations too. */
export function duration(least: string, most: string, what: string) {
  return z
    .string()
    .regex(DURATION, 'this is not a duration with its unit')
    .transform((text) => milliseconds(text))
    .refine((length) => length >= milliseconds(least) && length <= milliseconds(most), {
      error: `a duration from ${least} to ${most} is needed`,
    })
    .describe(`${what} A number with its unit (s, m, h, d), such as 90s, 10m or 4h, from ${least} to ${most}.`);
}

/** Milliseconds of a text that matched the pattern of durations. */
export function milliseconds(text: string): number {
  return ms(text as StringValue);
}

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;
const TIME_OF_DAY = /^\d{2}:\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const FROM_START = /^\+\d{1,4}(\.\d+)?(m|h|d)$/;

/** How an opening or an end of a window was written. */
export function timeForm(text: string): 'local' | 'time-of-day' | 'instant' | 'from-start' | null {
  if (LOCAL.test(text)) return 'local';
  if (TIME_OF_DAY.test(text)) return 'time-of-day';
  if (INSTANT.test(text)) return 'instant';
  return FROM_START.test(text) ? 'from-start' : null;
}

export const opens = z
  .string()
  .refine((text) => timeForm(text) !== null, { error: 'this is not an opening of a window' })
  .describe(
    "When the window opens: local date and time (2026-12-08T22:00), time of day (22:00), an instant with its offset (2026-12-08T21:00Z), or from the run's start on (+2h). Left out: it is open when the run is started.",
  );

export const closes = z
  .string()
  .refine((text) => timeForm(text) !== null, { error: 'this is not an end of a window' })
  .describe(
    "When the window closes: local date and time (2026-12-09T05:00), time of day for the next such time (05:00), an instant with its offset (2026-12-09T04:00Z), or from the run's start on (+4h). 05:00 and +4h count from the opening where there is one.",
  );

export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'no such time zone' })
  .describe("IANA time zone in which opens and closes are read, such as Europe/Copenhagen. Left out: the site's own.");

function isTimeZone(name: string): boolean {
  return /^(UTC|[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+)$/.test(name) && canFormat(name);
}

function canFormat(timeZoneName: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timeZoneName }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const hostNames = z
  .array(z.string().trim().min(1))
  .min(1)
  .describe('Names of hosts, short (SQL01) or full (sql01.corp.example).');
const tags = z
  .array(z.string().trim().min(1))
  .min(1)
  .describe('Tags of the inventory; a host with any of them is meant.');
const roles = z
  .array(z.enum(HOST_ROLES))
  .min(1)
  .describe(`Roles of the inventory; a host with any of them is meant. Roles: ${HOST_ROLES.join(', ')}.`);

/** Fields that choose hosts; what any of them chooses is chosen. */
export const selectorFields = { names: hostNames.optional(), tags: tags.optional(), roles: roles.optional() };

export const probe = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('service'),
      name: z.string().min(1).describe('Name of a service that must run.'),
    }),
    z.strictObject({
      kind: z.literal('tcp'),
      port: z.int().min(1).max(65535).describe('Port that must be open, 1 to 65535.'),
    }),
    z.strictObject({
      kind: z.literal('http'),
      url: z.url({ protocol: /^https?$/ }).describe('Address that must answer, http or https.'),
      expectStatus: z.int().min(100).max(599).describe('HTTP status that it must answer with, such as 200.'),
    }),
    z.strictObject({
      kind: z.literal('sql-login'),
      instance: z.string().min(1).describe('SQL Server instance to log in to.'),
    }),
  ])
  .describe('One health check on the host itself: kind service, tcp, http or sql-login, with its fields.');
