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
  await mkdir(join(checkout, 'node_modules', '.bin'), { recursive: true });
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

describe('the checks', () => {
  test('are all run, and those that fail are named with what they said', async () => {
    const bin = join(checkout, 'node_modules', '.bin');
    await fakeProgram(join(bin, 'good'), 'exit 0');
    await fakeProgram(join(bin, 'bad'), 'echo "line 7 is wrong"; exit 2');
    const said: string[] = [];
    const failed = await runChecks(checkout, (text) => said.push(text), [
      { name: 'first', command: 'bad', args: [] },
      { name: 'second', command: 'good', args: [] },
      { name: 'third', command: 'absent', args: [] },
    ]);
    expect(failed.toSorted()).toEqual(['first', 'third']);
    expect(said.join('\n')).toMatch(/passed {2}second/);
    expect(said.join('\n')).toMatch(/--- first ---\nline 7 is wrong/);
    expect(said.join('\n')).toMatch(/--- third ---\nabsent could not be started/);
  });
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
