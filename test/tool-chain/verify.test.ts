import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestModule } from 'vitest/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runChecks } from '../../scripts/verify/checks.mjs';
import { countTests } from '../../scripts/verify/tests.mjs';
import { fakeProgram } from '../lab/temporal/fake-program.ts';

let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'fettle-verify-'));
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

test('the checks are all run, by the commands of packages first, and those that fail are named with what they said', async () => {
  const bin = join(checkout, 'node_modules', '.bin');
  await mkdir(bin, { recursive: true });
  await fakeProgram(join(bin, 'tsc'), 'exit 0');
  const said: string[] = [];
  const failed = await runChecks(checkout, (text) => said.push(text), {
    first: `node -e "console.log('line 7'); console.error('is wrong'); process.exit(2)"`,
    second: 'tsc --of-this-checkout',
    third: 'absent',
  });
  expect(failed.toSorted()).toEqual(['first', 'third']);
  expect(said.join('\n')).toMatch(/passed {2}second/);
  expect(said.join('\n')).toMatch(/--- first ---\n.*is wrong\n.*line 7/s);
  expect(said.join('\n')).toMatch(/--- third ---\n.*absent/);
});

describe('the count', () => {
  type State = 'passed' | 'failed' | 'skipped' | 'pending';
  const broken = { message: 'one is not two', stack: 'Error: one is not two\n    at line 3' };
  /** What the count reads of vitest's report. */
  function file({ ok, hookFails = false }: { ok: boolean; hookFails?: boolean }, ...states: State[]): TestModule {
    const tests = states.map((state, index) => ({
      fullName: `test ${index}`,
      result: () => ({
        state,
        note: state === 'skipped' ? 'no browser here' : undefined,
        errors: state === 'failed' ? [broken] : undefined,
      }),
    }));
    return {
      ok: () => ok,
      relativeModuleId: 'test/some.test.ts',
      errors: () => (hookFails ? [broken] : []),
      children: { allTests: () => tests, allSuites: () => [] },
    } as unknown as TestModule;
  }

  test('adds up all files, names what was skipped with its reason, and then what failed with its error', () => {
    const said: string[] = [];
    const files = [file({ ok: false }, 'passed', 'failed'), file({ ok: true }, 'passed', 'skipped')];
    expect(countTests(files, (text) => said.push(text))).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(said).toEqual([
      'skipped: test 1 (no browser here)',
      'failed: test/some.test.ts > test 1\n  Error: one is not two\n      at line 3',
    ]);
  });

  test('a file that could not be loaded counts as a failure, and so does a test that never ended', () => {
    expect(countTests([file({ ok: false })], () => undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countTests([file({ ok: false }, 'pending')], () => undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('a hook that failed is a failure with its error', () => {
    const said: string[] = [];
    const counts = countTests([file({ ok: false, hookFails: true }, 'skipped')], (text) => said.push(text));
    expect(counts).toEqual({ passed: 0, failed: 1, skipped: 1 });
    expect(said.at(-1)).toMatch(/^failed: test\/some\.test\.ts > outside its tests\n {2}Error: one is not two/);
  });
});
