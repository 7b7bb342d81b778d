import { z } from 'zod';
import type { Parsed } from '../../model/parsed.ts';
import { duration } from './fields.ts';
import { schemaProblems } from './schema-problems.ts';
import { siteSchema, targetsSchema } from './targets.ts';
import { failureBudget, wave } from './wave-fields.ts';
import { windowSchema } from './window.ts';

/** Fields of the input that every runbook has. */
export const sharedFields = {
  change: z
    .string()
    .regex(/^[A-Z]{2,10}-?\d{3,12}$/, 'this is not the number of a change ticket')
    .describe('Number of the approved change ticket, such as CHG0012345.'),
  reason: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .describe('Why the window is run, 3 to 500 characters; it stands in every record.'),
  site: siteSchema,
  window: windowSchema,
  dryRun: z.boolean().default(false).describe('true: make the plan, touch nothing, and stop.'),
};

/** Fields of a runbook that works on hosts of the inventory, wave by wave. */
export const rolloutFields = {
  targets: targetsSchema,
  waves: z
    .array(wave)
    .min(1)
    .max(50)
    .describe('Waves in their order, the canary first: count, percent, tag or rest: true each.'),
  failureBudget,
  soak: duration('0s', '24h', 'Time to wait after a wave before its hosts are looked at again.').default(600_000),
};

const shared = z.object(sharedFields);
const rollout = z.object(rolloutFields);
/** What any input tells, once it is parsed. */
export type SharedInput = z.output<typeof shared>;
export type RolloutInput = SharedInput & z.output<typeof rollout>;

/** Parses an input; every problem at once. */
export function parseInput<I>(schema: z.ZodType<I>, value: unknown): Parsed<I> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = schemaProblems(schema, parsed.error);
  return { ok: false, problems: problems.map(({ path, message, expected }) => ({ path, message, expected })) };
}
