import type { InventoryHost } from '../../model/inventory.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { PlannedWave, PlannedWindow } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import { siteQueue } from '../../model/queues.ts';
import { resolveBudget } from '../input/failure-budget.ts';
import { namedHosts, resolveTargets } from '../input/targets.ts';
import { makeWaves } from '../input/waves.ts';
import { windowOf } from '../input/window.ts';
import { unknownOs } from './approval.ts';
import type { PatchWindowInput } from './input.ts';
import { patchSettings } from './settings.ts';

/** What the input means for this organisation, before any host was read. */
export interface ResolvedInput {
  input: PatchWindowInput;
  targets: InventoryHost[];
  waves: PlannedWave[];
  window: PlannedWindow;
  failureBudget: number;
}

/** Where facts have to be read for a patch window: the hosts of each site. Every problem at once. */
export function surveysOf(
  input: PatchWindowInput,
  organisation: Organisation,
  now: string,
): Parsed<{ queue: string; items: string[] }[]> {
  const resolved = resolveInput(input, organisation, now);
  if (!resolved.ok) return resolved;
  const { targets } = resolved.value;
  const sites = [...new Set(targets.map(({ site }) => site))].toSorted();
  const hostsOf = (site: string) => targets.filter((host) => host.site === site).map(({ name }) => name);
  return { ok: true, value: sites.map((site) => ({ queue: siteQueue(site), items: hostsOf(site) })) };
}

/** Resolves an input against the inventory; every problem at once. `now` is ISO 8601 in UTC. */
export function resolveInput(input: PatchWindowInput, organisation: Organisation, now: string): Parsed<ResolvedInput> {
  const targets = resolveTargets(input, organisation);
  const found: InventoryHost[] = targets.ok ? targets.value : [];
  const waves = makeWaves(input.waves, found, organisation.policies.maxConcurrency);
  const budget = resolveBudget(input.failureBudget, found.length);
  const window = windowOf(input, organisation, now);
  const problems = [
    ...problemsOf(targets),
    // Waves and budget are measured by the targets: without those, what is wrong with these means nothing.
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

function probeProblems(input: PatchWindowInput, targets: InventoryHost[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, { targets: selector }] of (input.probes ?? []).entries()) {
    namedHosts(selector.names ?? [], `probes[${index}].targets.names`, targets, problems);
  }
  return problems;
}

/** A window that is too short for its shortest turn patches nothing. */
function tooShort(targets: InventoryHost[], closesAt: string, organisation: Organisation, now: string): Problem[] {
  const { durationClasses } = patchSettings(organisation);
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
