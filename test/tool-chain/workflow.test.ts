import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const workflow = z.looseObject({
  permissions: z.strictObject({ contents: z.literal('read') }),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'timeout-minutes': z.int(),
      steps: z.array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

const { jobs } = workflow.parse(parse(readFileSync(join(ROOT, '.github/workflows/ci.yml'), 'utf8')));
const steps = Object.values(jobs).flatMap((job) => job.steps);

test('every action is pinned to a commit', () => {
  const actions = steps.flatMap(({ uses }) => uses ?? []);
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test('the tests run as anybody runs them, and the scripts that steps name are there', () => {
  const commands = steps.flatMap(({ run }) => run ?? []);
  expect(commands).toContain('npm test');
  const named = commands.flatMap((command) => [...command.matchAll(/\.\/(\S+\.ps1)/g)].map(([, path = '']) => path));
  expect(named.length).toBe(2);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('what scripts check leaves to PSScriptAnalyzer is what the workflow makes sure of', () => {
  const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
  const rules = (text: string): string[] => [...new Set(text.match(/\bPS(?:Avoid|Use)\w+/g))].toSorted();
  const [, mistakes = ''] = /\$mistakes = @\{(.*?)\n\}/s.exec(read('.github/scripts/Test-ScriptAnalysis.ps1')) ?? [];
  expect(rules(mistakes).length).toBeGreaterThan(4);
  expect(rules(read('docs/decisions/0026-scripts-check-is-no-sandbox.md'))).toEqual(rules(mistakes));
});
