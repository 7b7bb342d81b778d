import type { Parsed, PatchWindowInput } from './input.ts';

/**
 * The failure budget as a number of targets: no target starts once this many have failed. A percentage is rounded up and is
 * at least 1; a count above the number of targets could never be hit (issue: Plan, guards).
 */
export function resolveBudget(budget: PatchWindowInput['failureBudget'], targets: number): Parsed<number> {
  if ('percent' in budget) return { ok: true, value: Math.max(1, Math.ceil((targets * budget.percent) / 100)) };
  if (budget.count <= targets) return { ok: true, value: budget.count };
  const message = `a budget of ${budget.count} can never be hit by ${targets} targets`;
  return { ok: false, problems: [{ path: 'failureBudget.count', message, expected: `1 to ${targets}` }] };
}
