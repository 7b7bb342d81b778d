import { defineConfig } from 'vitest/config';

/** Tests that start a Temporal server: their project finds the program and bundles the workflows first. */
const SERVER_TESTS = [
  'test/**/*.server.test.ts',
  ...['demo', 'histories', 'patch-window/kill', 'patch-window/runs', 'web-ui', 'workflows'].map(
    (folder) => `test/${folder}/**/*.test.ts`,
  ),
];

/** A PowerShell of a test ends before .NET has earned back what compiling its code a second and third time takes: half of its processor time. */
const COMPILE_ONCE = { DOTNET_TieredPGO: '0', DOTNET_TC_CallCountThreshold: '65535' };

export default defineConfig({
  test: {
    pool: 'forks',
    env: COMPILE_ONCE,
    // Two at once, also on large machines: each file of the server project runs a Temporal server and workers.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: SERVER_TESTS,
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: SERVER_TESTS,
          globalSetup: ['test/setup/temporal.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
