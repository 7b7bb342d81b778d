import { relative } from 'node:path';

/** The namespace of a test file on the server of the test run: `test/workflows/run.test.ts` has `workflows-run`. */
export function namespaceOf(file: string): string {
  return relative('test', file)
    .replace(/(\.server)?\.test\.ts$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-');
}

/** Namespaces beside those of the files, for what a file does several times at once over hosts of the same names. */
export const MORE_NAMESPACES: readonly string[] = ['faults-seeds-1', 'faults-seeds-2', 'faults-seeds-3'];
