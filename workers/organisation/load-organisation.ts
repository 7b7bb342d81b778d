import { join } from 'node:path';
import type { z } from 'zod';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Organisation, Site } from '../../model/organisation.ts';
import { schemaProblems } from '../../runbooks/input/schema-problems.ts';
import { RUNBOOKS } from '../../runbooks/index.ts';
import type { Runbook, RunbookSettings } from '../../runbooks/runbook.ts';
import { crossChecks, duplicates } from './cross-checks.ts';
import type { Placed } from './cross-checks.ts';
import { endpointIdentitySchema, hostSchema, inventorySchema } from './inventory-schema.ts';
import { writtenSecrets } from './secrets.ts';
import { policiesSchema, sitesSchema } from './settings-schema.ts';
import { readYaml } from './yaml-file.ts';
import type { ConfigProblem, YamlFile } from './yaml-file.ts';

type LoadedOrganisation = { ok: true; organisation: Organisation } | { ok: false; problems: ConfigProblem[] };

/** A file that was read, as far as it can be used. */
interface Checked<T> {
  file: YamlFile | null;
  value: T | null;
  problems: ConfigProblem[];
}

/**
 * Reads `inventory.yaml`, `sites.yaml`, `policies.yaml` and the files of the runbooks of a folder. Either all of it is right, or
 * every problem comes back with its file and line, also those that only show between the files.
 */
export function loadOrganisation(dir: string, runbooks: readonly Runbook[] = RUNBOOKS): LoadedOrganisation {
  const sites = check(join(dir, 'sites.yaml'), sitesSchema);
  const policies = check(join(dir, 'policies.yaml'), policiesSchema);
  const inventory = check(join(dir, 'inventory.yaml'), inventorySchema);
  const settings = runbooks.flatMap(({ name, settings: own }) =>
    own === undefined ? [] : [{ name, own, read: check(join(dir, `${name}.yaml`), own.schema) }],
  );
  const problems = [
    ...inventory.problems,
    ...inventoryChecks(
      inventory.file,
      sites.value?.sites ?? null,
      settings.map(({ own, read }) => ({ own, value: read.value })),
    ),
    ...sites.problems,
    ...siteChecks(sites),
    ...policies.problems,
    ...settings.flatMap(({ read }) => read.problems),
  ];
  if (problems.length > 0 || inventory.value === null || sites.value === null || policies.value === null) {
    return { ok: false, problems: problems.toSorted(byPlace) };
  }
  return {
    ok: true,
    organisation: {
      inventory: inventory.value,
      sites: sites.value.sites,
      policies: policies.value,
      settings: Object.fromEntries(settings.map(({ name, read }) => [name, read.value])),
    },
  };
}

function check<T>(path: string, schema: z.ZodType<T>): Checked<T> {
  const read = readYaml(path);
  if (!read.ok) return { file: null, value: null, problems: read.problems };
  const { file } = read;
  const secrets = writtenSecrets(file.value);
  const parsed = schema.safeParse(file.value);
  const found = parsed.success ? [] : schemaProblems(schema, parsed.error);
  const known = new Set(secrets.map(({ path: at }) => at));
  const problems = [...secrets, ...found.filter(({ path: at }) => !known.has(at))];
  return { file, value: parsed.success ? parsed.data : null, problems: problems.map((one) => file.locate(one)) };
}

/** Checks between entries and files, over every entry that parses by itself: one wrong host does not hide another, and no wrong endpoint makes its hosts wrong. */
function inventoryChecks(
  file: YamlFile | null,
  sites: Site[] | null,
  settings: { own: RunbookSettings; value: unknown }[],
): ConfigProblem[] {
  if (file === null) return [];
  const hosts: Placed<InventoryHost>[] = usable(file.value, 'hosts', hostSchema);
  const endpoints = usable(file.value, 'endpoints', endpointIdentitySchema);
  const bySettings = settings.flatMap(({ own, value }) => (value === null ? [] : (own.check?.(value, hosts) ?? [])));
  return [...crossChecks({ hosts, endpoints, sites }), ...bySettings].map((problem) => file.locate(problem));
}

function siteChecks({ file, value }: Checked<{ sites: Site[] }>): ConfigProblem[] {
  if (file === null || value === null) return [];
  const placed = value.sites.map((site, index) => ({ index, value: site }));
  return duplicates(placed, 'sites').map((problem) => file.locate(problem));
}

function usable<T>(document: unknown, list: string, schema: z.ZodType<T>): Placed<T>[] {
  if (typeof document !== 'object' || document === null) return [];
  const entries: unknown = (document as Record<string, unknown>)[list];
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry, index) => {
    const parsed = schema.safeParse(entry);
    return parsed.success ? [{ index, value: parsed.data }] : [];
  });
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return a.file.localeCompare(b.file) || a.line - b.line;
}
