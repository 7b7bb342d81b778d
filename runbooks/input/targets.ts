import { z } from 'zod';
import { canonicalName } from '../../model/inventory.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Organisation } from '../../model/organisation.ts';
import type { Problem } from '../../model/problems.ts';
import type { Parsed } from '../../model/parsed.ts';
import { closest } from './close-match.ts';
import { selectorFields } from './fields.ts';

/** Hosts by names, tags or roles. */
export const selectorSchema = z.strictObject(selectorFields);
type Selector = z.output<typeof selectorSchema>;

export const targetsSchema = z
  .strictObject({
    ...selectorFields,
    all: z.literal(true).optional().describe('true: every host of the site.'),
    exclude: selectorSchema.optional().describe('Hosts to leave out again, by names, tags or roles.'),
  })
  .superRefine((targets, context) => {
    if (targets.names ?? targets.tags ?? targets.roles ?? targets.all) return;
    context.addIssue({
      code: 'custom',
      message: 'no host is chosen',
      params: { expected: 'names, tags, roles or all: true' },
    });
  })
  .describe('Hosts to work on: what names, tags, roles or all choose, less what exclude names.');

export const siteSchema = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((site) => (typeof site === 'string' ? [site] : site))
  .describe('Site of the hosts, or a list of sites, as config/sites.yaml names them.');

/** The part of the input that chooses hosts. */
export interface TargetChoice {
  site: z.output<typeof siteSchema>;
  targets: z.output<typeof targetsSchema>;
}

/**
 * The hosts of the plan, sorted by name. `SQL01` and `sql01.corp.example` are one host. Every unknown site, host or tag, every
 * host named twice or of another site, and an empty selection is a problem.
 */
export function resolveTargets(input: TargetChoice, organisation: Organisation): Parsed<InventoryHost[]> {
  const { hosts } = organisation.inventory;
  const problems = [...siteProblems(input.site, organisation), ...duplicates(hosts)];
  const chosen = namedHosts(input.targets.names ?? [], 'targets.names', hosts, problems);
  problems.push(...twice(chosen), ...wrongSite(chosen, input.site));
  problems.push(...unknownTags(input.targets, 'targets', hosts));
  const left = input.targets.exclude ?? {};
  const excludedByName = namedHosts(left.names ?? [], 'targets.exclude.names', hosts, problems).map(({ host }) => host);
  problems.push(...unknownTags(left, 'targets.exclude', hosts));
  const named = new Set(chosen.map(({ host }) => host));
  const excluded = new Set(excludedByName);
  const targets = hosts
    .filter((host) => input.site.includes(host.site))
    .filter((host) => input.targets.all === true || named.has(host) || selects(input.targets, host))
    .filter((host) => !excluded.has(host) && !selects(left, host))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  if (problems.length === 0 && targets.length === 0) problems.push(emptySelection(input, hosts));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: targets };
}

/** Looks at site and targets by themselves when something else in an input is wrong. */
export function targetProblems(value: unknown, organisation: Organisation): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  const site = siteSchema.safeParse(fields['site']);
  const targets = targetsSchema.safeParse(fields['targets']);
  if (!site.success || !targets.success) return [];
  const resolved = resolveTargets({ site: site.data, targets: targets.data }, organisation);
  return resolved.ok ? [] : resolved.problems;
}

/** Whether a host has any of the selector's tags or roles; names are resolved apart, since they can be wrong. */
export function selects(selector: Pick<Selector, 'tags' | 'roles'>, host: InventoryHost): boolean {
  const byTag = selector.tags?.some((tag) => host.tags.includes(tag)) ?? false;
  return byTag || (selector.roles?.some((role) => host.roles.some((own) => own === role)) ?? false);
}

interface Chosen {
  path: string;
  typed: string;
  host: InventoryHost;
}

/** The hosts that names mean; each name that means none, or several, adds a problem. */
export function namedHosts(names: string[], path: string, hosts: InventoryHost[], problems: Problem[]): Chosen[] {
  return names.flatMap((typed, index) => {
    const at = `${path}[${index}]`;
    const wanted = canonicalName(typed);
    const found = hosts.filter(({ name }) => name === wanted || shortName(name) === wanted);
    const distinct = [...new Set(found.map(({ name }) => name))];
    if (distinct.length > 1) {
      problems.push({ path: at, message: `${typed} means several hosts`, expected: `one of ${distinct.join(', ')}` });
      return [];
    }
    const host = found[0];
    if (host === undefined) problems.push(unknownHost(at, typed, hosts));
    return host === undefined ? [] : [{ path: at, typed, host }];
  });
}

function shortName(name: string): string {
  return name.split('.')[0] ?? name;
}

function unknownHost(path: string, typed: string, hosts: InventoryHost[]): Problem {
  const wanted = canonicalName(typed);
  const pool = wanted.includes('.') ? hosts.map(({ name }) => name) : hosts.map(({ name }) => shortName(name));
  const near = closest(wanted, [...new Set(pool)]);
  return {
    path,
    message: `the inventory has no host ${typed}`,
    expected: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'the name of a host of config/inventory.yaml',
  };
}

function siteProblems(sites: string[], organisation: Organisation): Problem[] {
  const known = organisation.sites.map(({ name }) => name);
  return sites
    .filter((site) => !known.includes(site))
    .map((site) => ({ path: 'site', message: `there is no site ${site}`, expected: `one of ${known.join(', ')}` }));
}

function duplicates(hosts: InventoryHost[]): Problem[] {
  const seen = new Map<string, number>();
  for (const { name } of hosts) seen.set(name, (seen.get(name) ?? 0) + 1);
  return [...seen]
    .filter(([, times]) => times > 1)
    .map(([name, times]) => ({
      path: 'targets',
      message: `the inventory has ${name} ${times} times`,
      expected: 'one entry for each host in config/inventory.yaml',
    }));
}

function twice(chosen: Chosen[]): Problem[] {
  return chosen.flatMap(({ path, typed, host }, index) => {
    const first = chosen.slice(0, index).find((earlier) => earlier.host.name === host.name);
    if (first === undefined) return [];
    return [{ path, message: `${typed} is the same host as ${first.typed}: ${host.name}`, expected: 'each host once' }];
  });
}

function wrongSite(chosen: Chosen[], sites: string[]): Problem[] {
  return chosen
    .filter(({ host }) => !sites.includes(host.site))
    .map(({ path, host }) => ({
      path,
      message: `${host.name} is at ${host.site}, not at ${sites.join(' or ')}`,
      expected: `a host of ${sites.join(' or ')}, or site: ${host.site}`,
    }));
}

function unknownTags(selector: Selector, path: string, hosts: InventoryHost[]): Problem[] {
  const known = [...new Set(hosts.flatMap(({ tags }) => tags))].toSorted();
  return (selector.tags ?? []).flatMap((tag, index) => {
    if (known.includes(tag)) return [];
    return [
      { path: `${path}.tags[${index}]`, message: `no host has the tag ${tag}`, expected: `one of ${known.join(', ')}` },
    ];
  });
}

function emptySelection(input: TargetChoice, hosts: InventoryHost[]): Problem {
  const there = hosts.filter((host) => input.site.includes(host.site)).length;
  return {
    path: 'targets',
    message: `no host is left: ${there} hosts are at ${input.site.join(' and ')}, none is chosen and not excluded`,
    expected: 'names, tags or roles of at least one host of the site, or all: true',
  };
}
