import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Folders of a checkout whose PowerShell can reach a host. Tests and tooling keep theirs elsewhere. */
const FOLDERS = ['activities', 'lab', 'runbooks'];

/** Every .ps1 and .psm1 file that a worker can send to a host, by its path from `root` with forward slashes, sorted. */
export async function powerShellFiles(root: string): Promise<string[]> {
  const found = await Promise.all(FOLDERS.map((folder) => filesBelow(join(root, folder))));
  return found
    .flat()
    .map((path) => relative(root, path).split(sep).join('/'))
    .toSorted();
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return /\.psm?1$/i.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat();
}

/** Whether a file or folder is not there, as Node says it. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
