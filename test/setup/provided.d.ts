export type { ProvidedContext } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the Temporal program, for `startTemporal`. */
    temporalCli: string;
    /** File with the bundled workflows, for a worker's `workflowBundle: { codePath }`. */
    workflowBundlePath: string;
  }
}
