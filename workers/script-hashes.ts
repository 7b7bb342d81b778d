import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HOST_MODULES } from '../activities/powershell/host-modules.ts';
import { checkoutDir } from './checkout.ts';

const RUNBOOKS = join(checkoutDir, 'runbooks');
/** Dispatcher and runner: they decide what a script does just as much as its own text. So do the host modules. */
const SHELL_FOLDER = join(checkoutDir, 'activities', 'powershell');

/**
 * SHA-256 of every script by its file name, and of each host module as a whole (`modules/windows`), as the files are now; part of
 * every plan's material (design.md, rule 1).
 * @throws when two files have one name, since the plan could not tell them apart.
 */
export async function scriptHashes(): Promise<Record<string, string>> {
  const runbooks = await readdir(RUNBOOKS);
  const folders = [...runbooks.map((runbook) => join(RUNBOOKS, runbook, 'scripts')), SHELL_FOLDER];
  const files = (await Promise.all(folders.map(powershellFiles))).flat();
  const named = [
    ...files.map((file): [string, readonly string[]] => [basename(file), [file]]),
    ...Object.entries(HOST_MODULES).map(([name, parts]): [string, readonly string[]] => [`modules/${name}`, parts]),
  ];
  const hashes: Record<string, string> = {};
  for (const [name, parts] of named.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (name in hashes) throw new Error(`Two PowerShell files are named ${name}: give one of them another name.`);
    hashes[name] = await hashOf(parts);
  }
  return hashes;
}

async function hashOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

async function powershellFiles(folder: string): Promise<string[]> {
  // A runbook without scripts, such as one that only asks people, has no such folder.
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.psm?1$/i.test(name)).map((name) => join(folder, name));
}
