import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Suffixes that make a file a program: none on POSIX. */
const SUFFIXES = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];

/** The first program of that name in the folders, or null. `name` carries no suffix. */
export async function findExecutable(name: string, searchPath: readonly string[]): Promise<string | null> {
  for (const folder of searchPath) {
    for (const suffix of SUFFIXES) {
      const candidate = join(folder, name + suffix);
      if (await isExecutable(candidate)) return candidate;
    }
  }
  return null;
}

/** Whether the path is a file that this user may run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Not there or not ours to run: either way it is no candidate.
    return false;
  }
}
