import { z } from 'zod';

const SIZES = ['count', 'percent', 'tag', 'rest'] as const;

/** One wave: which hosts it takes, and how many of them are in work at once. */
export const wave = z
  .strictObject({
    name: z.string().min(1).max(40).optional().describe('Name of the wave; left out: canary, or wave and its number.'),
    count: z.int().min(1).optional().describe('Number of hosts, 1 or more.'),
    percent: z
      .number()
      .gt(0)
      .max(100)
      .optional()
      .describe('Part of all targets in percent, above 0 and up to 100; rounded up.'),
    tag: z
      .string()
      .min(1)
      .optional()
      .describe('Every target that has this tag of the inventory and is in no earlier wave.'),
    rest: z.literal(true).optional().describe('true: every target that no earlier wave took; the last wave only.'),
    concurrency: z.int().min(1).optional().describe("Hosts in work at once, 1 or more; left out: the policies' limit."),
    canary: z
      .boolean()
      .optional()
      .describe(
        'Whether the next wave waits for proof from this one. The first wave is the canary unless it says false.',
      ),
  })
  .superRefine((one, context) => {
    const given = SIZES.filter((size) => one[size] !== undefined);
    if (given.length === 1) return;
    const message = given.length === 0 ? 'the wave takes no host' : `${given.join(' and ')} cannot go together`;
    context.addIssue({
      code: 'custom',
      message,
      params: { expected: 'exactly one of count, percent, tag or rest: true' },
    });
  });

export const failureBudget = z
  .union([
    z.strictObject({ count: z.int().min(1).describe('Number of targets, 1 or more.') }),
    z.strictObject({
      percent: z.number().gt(0).max(100).describe('Part of all targets in percent, above 0 and up to 100; rounded up.'),
    }),
  ])
  .describe(
    'No target starts once this many have failed, are unreachable or unknown: { count: 3 } or { percent: 10 }.',
  );
