import { z } from 'zod';
import { canonicalKb } from './updates.ts';

export const kb = z
  .string()
  .regex(/^kb\d{6,8}$/i, 'this is not the number of a KB')
  .transform(canonicalKb)
  .describe('Number of an update, such as KB5031364.');

export const kbs = z
  .array(
    z.union([
      kb,
      z.strictObject({
        kb,
        os: z
          .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
          .transform((os) => (typeof os === 'string' ? [os] : os))
          .describe(
            'Operating system of the hosts for which the KB is approved, as the inventory writes it, or a list.',
          ),
      }),
    ]),
  )
  .min(1)
  .transform((list) => list.map((entry) => (typeof entry === 'string' ? { kb: entry, os: null } : entry)))
  .describe('KBs that are approved: KB5031364, or { kb: KB5031364, os: Windows Server 2022 } for some hosts only.');
