import { chmod, writeFile } from 'node:fs/promises';

/** A shell script at that path. */
export async function fakeProgram(path: string, body: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A program that does no more than report a version, as `temporal --version` does. */
export function fakeTemporal(path: string, version: string): Promise<string> {
  return fakeProgram(path, `echo 'temporal version ${version} (Server 1.32.0, UI 2.54.1)'`);
}
