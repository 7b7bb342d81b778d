import type { InventoryEndpoint, InventoryHost } from '../../model/inventory.ts';
import type { Site } from '../../model/organisation.ts';
import { closest } from '../../runbooks/input/close-match.ts';
import { pathText } from '../../runbooks/input/schema-problems.ts';
import type { LocatedProblem } from '../../runbooks/input/schema-problems.ts';

/** An entry with its place in its list, since entries that do not parse are left out. */
export interface Placed<T> {
  index: number;
  value: T;
}

type EndpointIdentity = Pick<InventoryEndpoint, 'name' | 'kind'>;

/** What the checks between the files look at; null for a file that cannot be used, about which nothing is said then. */
export interface CrossCheckContext {
  hosts: Placed<InventoryHost>[];
  endpoints: Placed<EndpointIdentity>[];
  sites: Site[] | null;
}

/** Problems of `inventory.yaml` that only show beside other entries and files. */
export function crossChecks({ hosts, endpoints, sites }: CrossCheckContext): LocatedProblem[] {
  return [
    ...duplicates(hosts, 'hosts'),
    ...duplicates(endpoints, 'endpoints'),
    ...(sites === null ? [] : unknownSites(hosts, sites)),
    ...hosts.flatMap((host) => endpointProblems(host, endpoints)),
  ];
}

/** Names that a list of `sites.yaml` or `inventory.yaml` has more than once. */
export function duplicates(entries: Placed<{ name: string }>[], list: string): LocatedProblem[] {
  return entries.flatMap(({ index, value }, position) => {
    const first = entries.slice(0, position).find((earlier) => earlier.value.name === value.name);
    if (first === undefined) return [];
    return [
      problem(
        [list, index, 'name'],
        `${value.name} is there twice, first as ${list}[${first.index}]`,
        'each name once',
      ),
    ];
  });
}

function unknownSites(hosts: Placed<InventoryHost>[], sites: Site[]): LocatedProblem[] {
  const known = sites.map(({ name }) => name);
  return hosts
    .filter(({ value }) => !known.includes(value.site))
    .map(({ index, value }) =>
      problem(['hosts', index, 'site'], `there is no site ${value.site}`, suggest(value.site, known)),
    );
}

function endpointProblems(
  { index, value }: Placed<InventoryHost>,
  endpoints: Placed<EndpointIdentity>[],
): LocatedProblem[] {
  const { virtualization, monitoring } = value;
  const wanted = [
    ...(virtualization === 'physical'
      ? []
      : [{ field: 'virtualization', name: virtualization.endpoint, kind: virtualization.kind }]),
    ...(monitoring === undefined ? [] : [{ field: 'monitoring', name: monitoring.endpoint, kind: 'monitoring' }]),
  ];
  return wanted.flatMap(({ field, name, kind }) => {
    const found = endpoints.find((endpoint) => endpoint.value.name === name)?.value;
    if (found?.kind === kind) return [];
    const message =
      found === undefined ? `there is no endpoint ${name}` : `endpoint ${name} is of kind ${found.kind}, not ${kind}`;
    const known = endpoints.filter((endpoint) => endpoint.value.kind === kind).map((endpoint) => endpoint.value.name);
    const expected = known.length === 0 ? `an endpoint of kind ${kind}` : suggest(name, known);
    return [problem(['hosts', index, field, 'endpoint'], message, expected)];
  });
}

function suggest(typed: string, known: string[]): string {
  return closest(typed, known)[0] ?? (known.length === 0 ? 'an entry for it' : `one of ${known.join(', ')}`);
}

function problem(at: PropertyKey[], message: string, expected: string): LocatedProblem {
  return { at, path: pathText(at), message, expected };
}
