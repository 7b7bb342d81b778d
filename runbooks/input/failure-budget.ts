import type { z } from 'zod';
import type { Parsed } from '../../model/parsed.ts';
import type { failureBudget } from './wave-fields.ts';

/**
 * The failure budget as a number of targets: no target starts once this many have failed. A percentage is rounded up and is
 * at least 1; a count above the number of targets could never be hit.
 */
export function resolveBudget(budget: z.output<typeof failureBudget>, targets: number): Parsed<number> {
  if ('percent' in budget) return { ok: true, value: Math.max(1, Math.ceil((targets * budget.percent) / 100)) };
  if (budget.count <= targets) return { ok: true, value: budget.count };
  const message = `a budget of ${budget.count} can never be hit by ${targets} targets`;
  return { ok: false, problems: [{ path: 'failureBudget.count', message, expected: `1 to ${targets}` }] };
}
