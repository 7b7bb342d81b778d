import type { InventoryHost } from '../../model/inventory.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { PlanMaterial, PlannedWave } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import { unknownOs } from './approval.ts';
import { resolveBudget } from './failure-budget.ts';
import { parseInput, siteSchema, targetsSchema } from './input.ts';
import type { Parsed, PatchWindowInput } from './input.ts';
import { namedHosts, resolveTargets } from './targets.ts';
import { makeWaves } from './waves.ts';
import { resolveWindow } from './window.ts';

/** What the input means for this organisation, before any host was read. */
export interface ResolvedInput {
  input: PatchWindowInput;
  targets: InventoryHost[];
  waves: PlannedWave[];
  window: PlanMaterial['window'];
  failureBudget: number;
}

/**
 * Parses an input and resolves it against the inventory; every problem at once, also those of targets when other fields are
 * wrong (design.md, rule 9). `now` is ISO 8601 in UTC.
 */
export function resolveInput(value: unknown, organisation: Organisation, now: string): Parsed<ResolvedInput> {
  const parsed = parseInput(value);
  if (!parsed.ok) return { ok: false, problems: [...parsed.problems, ...targetProblems(value, organisation)] };
  const input = parsed.value;
  const targets = resolveTargets(input, organisation);
  const found: InventoryHost[] = targets.ok ? targets.value : [];
  const waves = makeWaves(input.waves, found, organisation.policies.maxConcurrency);
  const budget = resolveBudget(input.failureBudget, found.length);
  const window = windowOf(input, organisation, now);
  const problems = [
    ...problemsOf(targets),
    // Waves and budget are measured by the targets: without those, what they say is noise.
    ...(targets.ok ? [...problemsOf(waves), ...problemsOf(budget)] : []),
    ...problemsOf(window),
    ...unknownOs(input.updates, [...new Set(organisation.inventory.hosts.map(({ os }) => os))].toSorted()),
    ...probeProblems(input, found),
    ...(targets.ok && window.ok ? tooShort(found, window.value.closesAt, organisation, now) : []),
  ];
  if (problems.length > 0 || !waves.ok || !budget.ok || !window.ok) return { ok: false, problems };
  return {
    ok: true,
    value: { input, targets: found, waves: waves.value, window: window.value, failureBudget: budget.value },
  };
}

function problemsOf<T>(parsed: Parsed<T>): Problem[] {
  return parsed.ok ? [] : parsed.problems;
}

/** Looks at site and targets by themselves when something else in the input is wrong. */
function targetProblems(value: unknown, organisation: Organisation): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  const site = siteSchema.safeParse(fields['site']);
  const targets = targetsSchema.safeParse(fields['targets']);
  if (!site.success || !targets.success) return [];
  return problemsOf(resolveTargets({ site: site.data, targets: targets.data }, organisation));
}

function windowOf(input: PatchWindowInput, organisation: Organisation, now: string): Parsed<PlanMaterial['window']> {
  const zones = organisation.sites.filter(({ name }) => input.site.includes(name)).map(({ timeZone }) => timeZone);
  const [zone = 'UTC', ...others] = input.window.timeZone === undefined ? [...new Set(zones)] : [input.window.timeZone];
  if (others.length === 0) return resolveWindow(input.window, zone, now);
  const message = `the sites are in different time zones: ${[zone, ...others].join(', ')}`;
  return {
    ok: false,
    problems: [{ path: 'window.timeZone', message, expected: `one of ${[zone, ...others].join(', ')}` }],
  };
}

function probeProblems(input: PatchWindowInput, targets: InventoryHost[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, { targets: selector }] of (input.probes ?? []).entries()) {
    namedHosts(selector.names ?? [], `probes[${index}].targets.names`, targets, problems);
  }
  return problems;
}

/** "A window too short for one target" (issue: Plan, guards): the shortest turn does not fit. */
function tooShort(targets: InventoryHost[], closesAt: string, organisation: Organisation, now: string): Problem[] {
  const { durationClasses } = organisation.policies;
  const known = targets.flatMap((host) => durationClasses[host.durationClass] ?? []);
  const shortest = Math.min(...known);
  const leftMs = Date.parse(closesAt) - Date.parse(now);
  if (known.length === 0 || shortest <= leftMs) return [];
  const message = `the window closes in ${minutes(leftMs)} min (${closesAt}), and the shortest turn takes about ${minutes(shortest)} min`;
  return [{ path: 'window.closes', message, expected: `at least +${minutes(shortest)}m from now` }];
}

function minutes(lengthMs: number): number {
  return Math.ceil(lengthMs / 60_000);
}
