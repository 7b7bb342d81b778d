import { z } from 'zod';
import { duration, probe } from '../input/fields.ts';
import { rolloutFields, sharedFields } from '../input/shared.ts';
import { selectorSchema } from '../input/targets.ts';
import { kb, kbs } from './kb-fields.ts';

/** The input of a patch window. The descriptions are the documentation of the start form. */
export const patchWindowInput = z
  .strictObject({
    ...sharedFields,
    ...rolloutFields,
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
          targets: selectorSchema.describe('Targets that get the probe, by names, tags or roles; {} for all.'),
          probe,
        }),
      )
      .optional()
      .describe("Health probes for this run, beside the inventory's."),
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
