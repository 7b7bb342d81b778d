import { z } from 'zod';
import type { Problem } from '../../model/problems.ts';
import { schemaProblems } from '../schema-problems.ts';
import { failureBudget, wave } from './input-waves.ts';
import { closes, duration, kb, kbs, probe, selectorFields, timeZone } from './input-fields.ts';

const selector = z.strictObject(selectorFields);

export const targetsSchema = z
  .strictObject({
    ...selectorFields,
    all: z.literal(true).optional().describe('true: every host of the site.'),
    exclude: selector.optional().describe('Hosts to leave out again, by names, tags or roles.'),
  })
  .superRefine((targets, context) => {
    if (targets.names ?? targets.tags ?? targets.roles ?? targets.all) return;
    context.addIssue({
      code: 'custom',
      message: 'no host is chosen',
      params: { expected: 'names, tags, roles or all: true' },
    });
  })
  .describe('Hosts to patch: what names, tags, roles or all choose, less what exclude names.');

export const siteSchema = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((site) => (typeof site === 'string' ? [site] : site))
  .describe('Site of the hosts, or a list of sites, as config/sites.yaml names them.');

/** The input of a patch window. The descriptions are the documentation of the start form. */
export const patchWindowInput = z
  .strictObject({
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
    targets: targetsSchema,
    updates: z
      .strictObject({
        kbs: kbs.optional(),
        classifications: z
          .array(z.string().min(1))
          .min(1)
          .optional()
          .describe('Classifications of which every offered update is approved, such as Security Updates.'),
        excludeKbs: z.array(kb).optional().describe('KBs that are never installed, whatever approves them.'),
      })
      .superRefine(checkUpdates)
      .describe('Updates that are approved: kbs, classifications, or both, less excludeKbs.'),
    window: z
      .strictObject({ closes, timeZone: timeZone.optional() })
      .describe(
        'When the window closes: { closes: "2026-12-09T05:00" }, with timeZone where it is not the site\'s own.',
      ),
    waves: z
      .array(wave)
      .min(1)
      .max(50)
      .describe('Waves in their order, the canary first: count, percent, tag or rest: true each.'),
    failureBudget,
    soak: duration('0s', '24h', 'Time to wait after a wave before its hosts are looked at again.').default(600_000),
    reboot: z
      .enum(['when-required', 'always', 'never'])
      .default('when-required')
      .describe(
        'when-required: reboot when Windows asks for it; always: at least once; never: a needed reboot is left to a person.',
      ),
    snapshot: z
      .strictObject({
        take: z
          .enum(['when-possible', 'never'])
          .describe('when-possible: of virtual machines whose role allows it; never: of none.'),
        keep: duration('0s', '72h', 'How long a snapshot is kept; 0s removes it in the same turn.').default(86_400_000),
      })
      .default({ take: 'when-possible', keep: 86_400_000 })
      .describe('Snapshots before patching: take when-possible or never, and how long to keep them.'),
    finishPendingReboot: z
      .boolean()
      .default(false)
      .describe('true: a host that waits for a reboot is rebooted first; false: it is refused.'),
    probes: z
      .array(
        z.strictObject({
          targets: selector.describe('Targets that get the probe, by names, tags or roles; {} for all.'),
          probe,
        }),
      )
      .optional()
      .describe("Health probes for this run, beside the inventory's."),
    dryRun: z.boolean().default(false).describe('true: make the plan, touch nothing, and stop.'),
  })
  .superRefine((input, context) => {
    if (!input.finishPendingReboot || input.reboot !== 'never') return;
    context.addIssue({
      code: 'custom',
      path: ['finishPendingReboot'],
      message: 'a pending reboot cannot be finished when reboot is never',
      params: { expected: 'finishPendingReboot: false, or reboot: when-required' },
    });
  })
  .describe('One JSON object with change, reason, site, targets, updates, window, waves and failureBudget.');

export type PatchWindowInput = z.output<typeof patchWindowInput>;

function checkUpdates(
  updates: {
    kbs?: { kb: string }[] | undefined;
    classifications?: string[] | undefined;
    excludeKbs?: string[] | undefined;
  },
  context: z.RefinementCtx,
): void {
  if (updates.kbs === undefined && updates.classifications === undefined) {
    context.addIssue({
      code: 'custom',
      message: 'nothing is approved',
      params: { expected: 'kbs or classifications' },
    });
  }
  for (const [index, excluded] of (updates.excludeKbs ?? []).entries()) {
    if (!updates.kbs?.some((approved) => approved.kb === excluded)) continue;
    context.addIssue({
      code: 'custom',
      path: ['excludeKbs', index],
      message: `${excluded} is approved and excluded at once`,
      params: { expected: 'each KB either in kbs or in excludeKbs' },
    });
  }
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

/** Parses the input of a patch window; every problem at once (design.md, rule 9). */
export function parseInput(value: unknown): Parsed<PatchWindowInput> {
  const parsed = patchWindowInput.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = schemaProblems(patchWindowInput, parsed.error);
  return { ok: false, problems: problems.map(({ path, message, expected }) => ({ path, message, expected })) };
}
