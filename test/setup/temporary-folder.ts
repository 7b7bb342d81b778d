import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = 'fettle-run-';

/** Once for all test files: what a killed program leaves in the temporary folder, as PowerShell its pipes, goes at the end. */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  // Another project has made it. Not one within the other: the path of a socket has to be short.
  if (tmpdir().includes(NAME)) return;
  const folder = await mkdtemp(join(tmpdir(), NAME));
  process.env['TMPDIR'] = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
