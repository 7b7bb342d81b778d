import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutDir } from '../../workers/checkout.ts';

/** A checkout of its own: our rules and packages, and a few sources that break the rules one by one. */
let fixture: string;
const SOURCES: Record<string, string> = {
  'model/names.ts': "export const name = 'a';\n",
  'model/impure.ts': "import { readFileSync } from 'node:fs';\nexport const text = readFileSync;\n",
  'runbooks/plan.ts': "import { name } from '../model/names.ts';\nexport const plan = name;\n",
  'runbooks/reads-files.ts': "import { readFile } from 'node:fs/promises';\nexport const read = readFile;\n",
  'runbooks/index.ts': "import { act } from '../activities/act.ts';\nexport const RUNBOOKS = [act];\n",
  'runbooks/late/index.ts': "import { start } from '../../workers/start.ts';\nexport const late = start;\n",
  'activities/asks.ts': "import { RUNBOOKS } from '../runbooks/index.ts';\nexport const all = RUNBOOKS;\n",
  'activities/act.ts': "import { plan } from '../runbooks/plan.ts';\nexport const act = plan;\n",
  'workflows/run.ts': "import { name } from '../model/names.ts';\nexport const run = name;\n",
  'workflows/late/turn.ts': 'export const turn = 1;\n',
  'workflows/run/late.ts': "import { turn } from '../late/turn.ts';\nexport const late = turn;\n",
  'workflows/reaches-out.ts': "import { act } from '../activities/act.ts';\nexport const run = act;\n",
  'workflows/parses.ts': "import { z } from 'zod';\nexport const schema = z;\n",
  'workers/start.ts': "import { act } from '../activities/act.ts';\nexport const start = act;\n",
  'workers/leans-on-lab.ts': "import { lab } from '../lab/lab.ts';\nexport const start = lab;\n",
  'lab/lab.ts': "import { start } from '../workers/start.ts';\nexport const lab = start;\n",
  'cli/main.ts': "import { lab } from '../lab/lab.ts';\nexport const main = lab;\n",
  'cli/types-count-too.ts': "import type { T } from '../bench/t.ts';\nexport type U = T;\n",
  'cli/lost.ts': "export { nothing } from './nowhere.ts';\n",
  'bench/t.ts': 'export type T = 1;\n',
};

beforeAll(async () => {
  fixture = await mkdtemp(join(tmpdir(), 'fettle-imports-'));
  for (const [path, text] of Object.entries(SOURCES)) {
    await mkdir(dirname(join(fixture, path)), { recursive: true });
    await writeFile(join(fixture, path), text);
  }
  for (const file of ['.dependency-cruiser.mjs', '.oxlintrc.json', 'package.json', 'tsconfig.json']) {
    await cp(join(checkoutDir, file), join(fixture, file));
  }
  await symlink(join(checkoutDir, 'node_modules'), join(fixture, 'node_modules'), 'junction');
});
afterAll(() => rm(fixture, { recursive: true, force: true }));

/** Runs a command of the packages in the fixture, whatever it thinks of it. */
function run(command: string, args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      join(checkoutDir, 'node_modules', '.bin', command),
      args,
      { cwd: fixture },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? 1, output: stdout + stderr }),
    );
  });
}

describe('who imports whom', () => {
  test('every forbidden import is found, and no allowed one', async () => {
    const { output } = await run('depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', '.']);
    const { summary } = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } };
    const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
    expect(found.toSorted()).toEqual([
      'activities/asks.ts: registry-is-handed-down',
      'cli/lost.ts: not-resolvable',
      'cli/types-count-too.ts: cli-imports-downward-only',
      'model/impure.ts: model-stands-alone',
      'runbooks/late/index.ts: registry-imports-what-a-runbook-is-made-of',
      'runbooks/reads-files.ts: runbooks-are-pure',
      'workers/leans-on-lab.ts: workers-imports-downward-only',
      'workflows/parses.ts: workflows-are-deterministic',
      'workflows/reaches-out.ts: workflows-are-deterministic',
      'workflows/reaches-out.ts: workflows-imports-downward-only',
      'workflows/run/late.ts: engine-knows-no-runbook',
    ]);
  });

  test('a forbidden import fails the check', async () => {
    const { code, output } = await run('depcruise', ['--config', '.dependency-cruiser.mjs', '.']);
    expect(output).toContain('workers/leans-on-lab.ts');
    expect(code).toBeGreaterThan(0);
  });
});

describe('lint', () => {
  test.each([
    [
      'a promise that nobody awaits',
      'export function go(): void {\n  Promise.resolve(1);\n}\n',
      'no-floating-promises',
    ],
    ['any', 'export const x: any = 1;\n', 'no-explicit-any'],
    ['an empty catch', 'export function go(): void {\n  try {\n    JSON.parse("");\n  } catch {}\n}\n', 'no-empty'],
    [
      'a module that imports itself',
      "import { y } from './wrong.ts';\nexport const x = y;\nexport const y = x;\n",
      'no-self-import',
    ],
  ])('finds %s', async (_name, source, rule) => {
    await writeFile(join(fixture, 'cli', 'wrong.ts'), source);
    const { code, output } = await run('oxlint', ['--type-aware', '--format', 'unix', 'cli/wrong.ts']);
    expect(output).toContain(rule);
    expect(code).toBeGreaterThan(0);
  });

  test('finds a cycle of imports', async () => {
    await writeFile(join(fixture, 'cli', 'one.ts'), "import { two } from './two.ts';\nexport const one = two;\n");
    await writeFile(join(fixture, 'cli', 'two.ts'), "import { one } from './one.ts';\nexport const two = one;\n");
    const { output } = await run('oxlint', ['--format', 'unix', 'cli/one.ts', 'cli/two.ts']);
    expect(output).toContain('no-cycle');
  });
});
