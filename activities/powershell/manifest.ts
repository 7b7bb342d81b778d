import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../../model/problems.ts';

/** The manifest's place in a checkout. It goes wherever the runbooks go, into the worker's image too. */
export const MANIFEST_PATH = 'runbooks/scripts.manifest.json';
/** Folders of a checkout whose PowerShell can reach a host. Tests and tooling keep theirs elsewhere. */
const FOLDERS = ['activities', 'lab', 'runbooks'];

/** SHA-256 in lower-case hexadecimal by path from the checkout, with forward slashes. */
export type ScriptHashes = Readonly<Record<string, string>>;

/** A file that is not as the manifest says. */
export interface PinChange {
  path: string;
  /** What the manifest says; null when the file is not in it. */
  pinned: string | null;
  /** What the file has; null when it is not there. */
  actual: string | null;
}

const manifestSchema = z.strictObject({
  algorithm: z.literal('sha256'),
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** SHA-256 of bytes in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The hashes of the manifest below `root`. @throws when it is missing or no manifest. */
export function readManifest(root: string): ScriptHashes {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(root, MANIFEST_PATH), 'utf8'))).files;
  } catch (cause) {
    const message = `${MANIFEST_PATH} is missing or no manifest: make it anew with \`npx fettle scripts pin\`, and look at what changed.`;
    throw new Error(message, { cause });
  }
}

/** Every .ps1 and .psm1 file that a worker can send to a host, by its path from `root` with forward slashes, sorted. */
export function powerShellFiles(root: string): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  const paths = FOLDERS.flatMap(below).map((path) => path.split(sep).join('/'));
  return paths.filter((path) => /\.psm?1$/i.test(path)).toSorted();
}

/** Hashes every PowerShell file below `root` as it is now. */
function hashScripts(root: string): ScriptHashes {
  return Object.fromEntries(powerShellFiles(root).map((path) => [path, sha256(readFileSync(join(root, path)))]));
}

/** What differs between manifest and files, by path; empty when the manifest is up to date. */
function comparePins(pinned: ScriptHashes, actual: ScriptHashes): PinChange[] {
  const paths = Object.keys({ ...pinned, ...actual }).toSorted();
  return paths
    .map((path) => ({ path, pinned: pinned[path] ?? null, actual: actual[path] ?? null }))
    .filter((change) => change.pinned !== change.actual);
}

/** How a file is not as pinned. */
export function pinDifference({ pinned, actual }: Pick<PinChange, 'pinned' | 'actual'>): string {
  return `${MANIFEST_PATH} says ${pinned ?? 'nothing of it'}, the file ${actual === null ? 'is missing' : `has ${actual}`}.`;
}

/** Every PowerShell file below `root` that is not as the manifest says: not in it, changed, or gone. */
export function checkManifest(root: string): Problem[] {
  const anew = '`npx fettle scripts pin`';
  try {
    const expected = `the pinned file; or, when the change is meant, ${anew}`;
    const changes = comparePins(readManifest(root), hashScripts(root));
    return changes.map((change) => ({ path: change.path, message: pinDifference(change), expected }));
  } catch (error) {
    return [{ path: MANIFEST_PATH, message: String(error), expected: anew }];
  }
}

/** Writes the manifest below `root` for the files as they are, and returns what that changed. */
export function pinScripts(root: string): PinChange[] {
  const actual = hashScripts(root);
  let pinned: ScriptHashes = {};
  try {
    pinned = readManifest(root);
  } catch {
    // One that cannot be read is replaced: everything counts as added, so that nothing goes unseen.
  }
  writeFileSync(join(root, MANIFEST_PATH), `${JSON.stringify({ algorithm: 'sha256', files: actual }, null, 2)}\n`);
  return comparePins(pinned, actual);
}
