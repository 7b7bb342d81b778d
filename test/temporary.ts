import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file in a folder of its own, which only its owner may read. */
export async function temporaryFile(text: string, mode = 0o600): Promise<string> {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, text, { mode });
  return path;
}

/** A program of this JavaScript, which can be run in the place of another. */
export async function temporaryProgram(source: string): Promise<string> {
  return await temporaryFile(`#!${process.execPath}\n${source}`, 0o700);
}
