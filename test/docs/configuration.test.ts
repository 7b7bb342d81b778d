import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { hostSchema } from '../../workers/organisation/inventory-schema.ts';
import { tableRows } from './markdown-table.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const source = read('workers/config.ts');

/** Names of variables as they stand in code: a quoted text, or a field of the schema, all in capitals. */
const readVariables = new Set(
  [...source.matchAll(/'([A-Z][A-Z0-9_]+)'/g), ...source.matchAll(/^\s+([A-Z][A-Z0-9_]+):/gm)].map(
    ([, name = '']) => name,
  ),
);
const rows = tableRows('docs/configuration.md');
const firstCells = rows.map(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
const documented = new Set(firstCells.flat());

test('the reader of the environment is understood by this test', () => {
  expect([...readVariables]).toEqual(expect.arrayContaining(['FETTLE_CONFIG', 'TEMPORAL_ADDRESS', 'HOME']));
});

test.each([...readVariables])('the variable %s, which the environment is read for, is documented', (name) => {
  expect(documented).toContain(name);
});

test('no variable of ours is documented that nothing reads', () => {
  expect([...documented].filter((name) => name.startsWith('FETTLE_') && !readVariables.has(name))).toEqual([]);
});

/** The tables of limits are the page's first ones, in the order of these files. */
const limits = ['config/policies.yaml', 'config/patch-window.yaml'].map((path) =>
  Object.keys((parse(read(path)) as { limits: Record<string, unknown> }).limits),
);

test('every limit stands in the table of its file, and no other does', () => {
  const cells = firstCells.slice(0, limits.flat().length).flat();
  const tables = limits.map(({ length }) => cells.splice(0, length).toSorted());
  expect(tables).toEqual(limits.map((names) => names.toSorted()));
});

test('every field of a host that must be given is documented', () => {
  const { error } = hostSchema.safeParse({});
  const missing = error?.issues.map(({ path }) => String(path[0])) ?? [];
  expect(missing).toContain('owner');
  expect([...documented]).toEqual(expect.arrayContaining(missing));
});
