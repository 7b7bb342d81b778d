import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkManifest } from '../activities/powershell/manifest.ts';
import type { HostModule } from '../activities/powershell/settings.ts';
import type { Problem } from '../model/problems.ts';
import { checkoutDir } from './checkout.ts';

const RUNBOOKS = join(checkoutDir, 'runbooks');
/** Dispatcher and runner: they decide what a script does just as much as its own text. So do the host modules. */
const SHELL_FOLDER = join(checkoutDir, 'activities', 'powershell');

/** Scripts of the checkout are not as its manifest says: every one of them at once. */
export class ScriptsNotPinned extends Error {
  readonly type = 'InvalidInput';
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(
      `${problems.length === 1 ? '1 PowerShell file is' : `${problems.length} PowerShell files are`} not as pinned; nothing was started.`,
    );
    this.name = 'ScriptsNotPinned';
    this.problems = problems;
  }
}

/** @throws {ScriptsNotPinned} when a PowerShell file below `root` is not in the manifest there, or differs from it. */
export async function requirePinned(root: string): Promise<void> {
  const problems = checkManifest(root);
  if (problems.length > 0) throw new ScriptsNotPinned(problems);
}

/**
 * SHA-256 of every script by its file name, and of each of these host modules as a whole (`modules/windows`), as the files are now; part of
 * every plan's material.
 * @throws {ScriptsNotPinned} when a file is not in the manifest or differs from it; so no worker starts.
 * @throws when two files have one name, since the plan could not tell them apart.
 */
export async function scriptHashes(...modules: readonly HostModule[]): Promise<Record<string, string>> {
  await requirePinned(checkoutDir);
  const entries = await readdir(RUNBOOKS, { withFileTypes: true });
  const runbooks = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const folders = [...runbooks.map((runbook) => join(RUNBOOKS, runbook, 'scripts')), SHELL_FOLDER];
  const files = (await Promise.all(folders.map(powershellFiles))).flat();
  const named = [
    ...files.map((file): [string, readonly string[]] => [basename(file), [file]]),
    ...modules.map((module): [string, readonly string[]] => [`modules/${module.name}`, module.files]),
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
