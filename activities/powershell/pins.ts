import { existsSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../step/refusal.ts';
import { pinDifference, readManifest, sha256, type ScriptHashes } from './manifest.ts';

/**
 * The hashes that a worker goes by from its start to its end: whatever changes on disk meanwhile, the manifest itself too, is refused
 * until the worker is started again (docs/decisions/0017): `ScriptNotPinned`, a `Refusal` that names the file and both hashes.
 */
export class Pins {
  readonly #root: string;
  readonly #files: ScriptHashes;
  readonly #joined = new Map<readonly string[], string>();

  /** @param root the checkout; absolute. @param files the manifest's hashes by path from the root. */
  constructor(root: string, files: ScriptHashes) {
    this.#root = root;
    this.#files = files;
  }

  /** The SHA-256 of the file at this absolute path as it was read, which is the pinned one. @throws {Refusal} */
  verify(file: string): string {
    return sha256(this.#read(file));
  }

  /**
   * SHA-256 of the files' texts joined by line feeds, as the dispatcher joins a host module's. Read and compared once for each
   * list; the dispatcher compares again where it loads them.
   * @throws {Refusal}
   */
  verifyJoined(files: readonly string[]): string {
    const known = this.#joined.get(files);
    if (known !== undefined) return known;
    const hash = sha256(files.map((file) => this.#read(file).toString('utf8')).join('\n'));
    this.#joined.set(files, hash);
    return hash;
  }

  #read(file: string): Buffer {
    const path = relative(this.#root, file).split(sep).join('/');
    const pinned = this.#files[path] ?? null;
    const bytes = existsSync(file) ? readFileSync(file) : null;
    const actual = bytes && sha256(bytes);
    if (bytes !== null && actual === pinned) return bytes;
    throw new Refusal(
      'ScriptNotPinned',
      `${path} is not what this worker has pinned: ${pinDifference({ pinned, actual })} Put the file back, or read the change, run \`npx fettle scripts pin\` and start the worker again.`,
    );
  }
}

/** What the manifest of this checkout says now. @throws when it is no manifest. */
export function checkoutPins(): Pins {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  return new Pins(root, readManifest(root));
}
