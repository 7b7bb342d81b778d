import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkoutDir } from './checkout.ts';

const RUNBOOKS = join(checkoutDir, 'runbooks');
/** Dispatcher, runner and host modules: they decide what a script does just as much as its own text. */
const SHELL_FOLDERS = [
  join(checkoutDir, 'activities', 'powershell'),
  join(checkoutDir, 'activities', 'powershell', 'modules'),
];

/**
 * SHA-256 of every script and host module by its file name, as the files are now; part of every plan's material (design.md, rule 1).
 * @throws when two files have one name, since the plan could not tell them apart.
 */
export async function scriptHashes(): Promise<Record<string, string>> {
  const runbooks = await readdir(RUNBOOKS);
  const folders = [...runbooks.map((runbook) => join(RUNBOOKS, runbook, 'scripts')), ...SHELL_FOLDERS];
  const files = (await Promise.all(folders.map(powershellFiles))).flat();
  const hashes: Record<string, string> = {};
  for (const file of files.toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1))) {
    const name = basename(file);
    if (name in hashes) throw new Error(`Two PowerShell files are named ${name}: give one of them another name.`);
    hashes[name] = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  }
  return hashes;
}

async function powershellFiles(folder: string): Promise<string[]> {
  // A runbook without scripts, such as one that only asks people, has no such folder.
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.psm?1$/i.test(name)).map((name) => join(folder, name));
}
