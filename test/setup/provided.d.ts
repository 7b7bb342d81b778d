export type { ProvidedContext } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the Temporal program, for tests that start a server of their own. */
    temporalCli: string;
    /** The server of the test run, on which each file has a namespace of its own (test/own-namespace.ts). */
    temporalServer: { address: string; uiUrl: string | null };
    /** File with the bundled workflows, for a worker's `workflowBundle: { codePath }`. */
    workflowBundlePath: string;
  }
}
