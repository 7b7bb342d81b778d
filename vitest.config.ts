import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that start a Temporal server: their project finds the program and bundles the workflows first. */
const SERVER_TESTS = [
  'test/**/*.server.test.ts',
  ...['demo', 'histories', 'patch-window/runs', 'web-ui', 'workflows'].map((folder) => `test/${folder}/**/*.test.ts`),
];

/** Tests of the boundary to PowerShell, which start one where there is one. */
const POWERSHELL_TESTS = ['test/powershell/**/*.test.ts'];

/** A PowerShell of a test ends before .NET has earned back what compiling its code a second and third time takes: half of its processor time. */
const COMPILE_ONCE = { DOTNET_TieredPGO: '0', DOTNET_TC_CallCountThreshold: '65535' };

/** Files that wait much longer than their length tells. */
const LONGEST = /\/test\/(demo|web-ui|faults)\/|over-ssh|real-target/;

/** Project by project, since a process serves one only, and the quick files last; first in each what takes longest: no processor waits for the other. */
function place({ moduleId, project }: TestSpecification): number {
  return 2 * ['server', 'powershell', 'quick'].indexOf(project.name) + (LONGEST.test(moduleId) ? 0 : 1);
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own, which is no array's
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    env: COMPILE_ONCE,
    sequence: { sequencer: LongestFirst },
    // Three at once keep two processors busy, since many files wait; no more on large machines: they share one Temporal server.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [...SERVER_TESTS, ...POWERSHELL_TESTS],
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'powershell',
          include: POWERSHELL_TESTS,
          exclude: SERVER_TESTS,
          globalSetup: ['test/setup/temporary-folder.ts'],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: SERVER_TESTS,
          globalSetup: ['test/setup/temporary-folder.ts', 'test/setup/temporal.ts'],
          // Loading Temporal's SDK takes longer than many of the files: a few processes load it for all of them.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
