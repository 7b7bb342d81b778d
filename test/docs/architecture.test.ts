import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tableRows } from './markdown-table.ts';

const at = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const page = readFileSync(at('docs/architecture.md'), 'utf8');
/** Files and folders between backticks, with a runbook that is there in the place of any runbook. */
const paths = [...page.matchAll(/`([^`\s]+(?:\/|\.(?:ts|mjs|ya?ml|json|md)))`/g)].map(([, path = '']) =>
  path.replace('<name>', 'patch-window'),
);

test.each([...new Set(paths)].filter((path) => path !== 'index.ts'))('%s, which the page names, is there', (path) => {
  expect(existsSync(at(path))).toBe(true);
});

test('the page names the files of the way of a step, and more than twenty things with their place', () => {
  expect(page.match(/^\d+\. `/gm)).toHaveLength(22);
  expect(tableRows('docs/architecture.md').length).toBeGreaterThan(20);
});
