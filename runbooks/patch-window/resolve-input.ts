import type { InventoryHost } from '../../model/inventory.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { Parsed } from '../../model/parsed.ts';
import { workBegins, type PlannedWave, type PlannedWindow } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import { siteQueue } from '../../model/queues.ts';
import { resolveBudget } from '../input/failure-budget.ts';
import { namedHosts, resolveTargets } from '../input/targets.ts';
import { makeWaves } from '../input/waves.ts';
import type { ResolveRequest } from '../runbook.ts';
import { unknownOs } from './approval.ts';
import type { PatchWindowInput } from './input.ts';
import { patchSettings } from './settings.ts';

/** What the input means for this organisation, before any host was read. */
export interface ResolvedInput {
  input: PatchWindowInput;
  targets: InventoryHost[];
  waves: PlannedWave[];
  failureBudget: number;
}

/** Where facts have to be read for a patch window: the hosts of each site. Every problem at once. */
export function surveysOf({
  input,
  organisation,
  window,
  now,
}: ResolveRequest<PatchWindowInput>): Parsed<{ queue: string; items: string[] }[]> {
  const resolved = resolveInput(input, organisation);
  const found = resolveTargets(input, organisation);
  const short = found.ok && window !== null ? tooShort(found.value, window, organisation, now) : [];
  if (!resolved.ok || short.length > 0) return { ok: false, problems: [...problemsOf(resolved), ...short] };
  const { targets } = resolved.value;
  const sites = [...new Set(targets.map(({ site }) => site))].toSorted();
  const hostsOf = (site: string) => targets.filter((host) => host.site === site).map(({ name }) => name);
  return { ok: true, value: sites.map((site) => ({ queue: siteQueue(site), items: hostsOf(site) })) };
}

/** Resolves an input against the inventory; every problem at once. */
export function resolveInput(input: PatchWindowInput, organisation: Organisation): Parsed<ResolvedInput> {
  const targets = resolveTargets(input, organisation);
  const found: InventoryHost[] = targets.ok ? targets.value : [];
  const waves = makeWaves(input.waves, found, organisation.policies.maxConcurrency);
  const budget = resolveBudget(input.failureBudget, found.length);
  const problems = [
    ...problemsOf(targets),
    // Waves and budget are measured by the targets: without those, what is wrong with these means nothing.
    ...(targets.ok ? [...problemsOf(waves), ...problemsOf(budget)] : []),
    ...unknownOs(input.updates, [...new Set(organisation.inventory.hosts.map(({ os }) => os))].toSorted()),
    ...probeProblems(input, found),
  ];
  if (problems.length > 0 || !waves.ok || !budget.ok) return { ok: false, problems };
  return { ok: true, value: { input, targets: found, waves: waves.value, failureBudget: budget.value } };
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
function tooShort(targets: InventoryHost[], window: PlannedWindow, organisation: Organisation, now: string): Problem[] {
  const { durationClasses } = patchSettings(organisation);
  const known = targets.flatMap((host) => durationClasses[host.durationClass] ?? []);
  const shortest = Math.min(...known);
  const begins = workBegins(window, now);
  const leftMs = Date.parse(window.closesAt) - begins;
  if (known.length === 0 || shortest <= leftMs) return [];
  const from = begins > Date.parse(now) ? 'its opening' : 'now';
  const message = `the window closes ${minutes(leftMs)} min from ${from} (${window.closesAt}), and the shortest turn takes about ${minutes(shortest)} min`;
  return [{ path: 'window.closes', message, expected: `at least ${minutes(shortest)} min from ${from}` }];
}

function minutes(lengthMs: number): number {
  return Math.ceil(lengthMs / 60_000);
}
