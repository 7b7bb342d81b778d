import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing, powerShellFiles } from './powershell-files.ts';

/** The manifest's place in a checkout. It goes wherever the runbooks go, into the worker's image too. */
export const MANIFEST_PATH = 'runbooks/scripts.manifest.json';

/** SHA-256 in lower-case hexadecimal by path from the checkout, with forward slashes. */
export type ScriptHashes = Readonly<Record<string, string>>;

/** A file that is not as the manifest says. */
export interface PinChange {
  path: string;
  change: 'added' | 'changed' | 'removed';
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

/** The hashes of the manifest below `root`; empty when there is none yet. @throws when it is no manifest. */
export function readManifest(root: string): ScriptHashes {
  const text = textOrNull(join(root, MANIFEST_PATH));
  if (text === null) return {};
  const parsed = manifestSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data.files;
  throw new Error(
    `${MANIFEST_PATH} is no manifest: make it anew with \`npx fettle scripts pin\`, and look at what changed.`,
  );
}

/** Hashes every PowerShell file below `root` as it is now. */
export async function hashScripts(root: string): Promise<ScriptHashes> {
  const paths = await powerShellFiles(root);
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, sha256(await readFile(join(root, path)))] as const)),
  );
}

/** What differs between manifest and files, by path; empty when the manifest is up to date. */
export function comparePins(pinned: ScriptHashes, actual: ScriptHashes): PinChange[] {
  const paths = [...new Set([...Object.keys(pinned), ...Object.keys(actual)])].toSorted();
  return paths.flatMap((path) => {
    const was = pinned[path] ?? null;
    const is = actual[path] ?? null;
    if (was === is) return [];
    return [{ path, change: was === null ? 'added' : is === null ? 'removed' : 'changed', pinned: was, actual: is }];
  });
}

/** Writes the manifest below `root` for the files as they are, and returns what that changed. */
export async function pinScripts(root: string): Promise<PinChange[]> {
  const actual = await hashScripts(root);
  // A manifest that cannot be read is replaced: everything counts as added, so that nothing goes unseen.
  const pinned = readManifestOr({}, root);
  await writeFile(join(root, MANIFEST_PATH), `${JSON.stringify({ algorithm: 'sha256', files: actual }, null, 2)}\n`);
  return comparePins(pinned, actual);
}

function readManifestOr(otherwise: ScriptHashes, root: string): ScriptHashes {
  try {
    return readManifest(root);
  } catch {
    return otherwise;
  }
}

function textOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
