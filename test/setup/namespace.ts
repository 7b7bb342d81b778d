import { relative } from 'node:path';

/** The namespace of a test file on the server of the test run: `test/workflows/run.test.ts` has `workflows-run`. */
export function namespaceOf(file: string): string {
  return relative('test', file)
    .replace(/(\.server)?\.test\.ts$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-');
}
