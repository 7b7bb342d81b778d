import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { checkTemporalCli, TEMPORAL_CLI_VERSION } from './version.ts';

/** What stands beside the cached program. Size and time tell cheaply whether it is still the file that was hashed. */
const recordSchema = z.object({
  version: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number(),
  mtimeMs: z.number(),
  source: z.string(),
});
type CacheRecord = z.infer<typeof recordSchema>;

const SUFFIX = process.platform === 'win32' ? '.exe' : '';

function pathsIn(cacheDir: string): { folder: string; program: string; record: string } {
  const folder = join(cacheDir, 'temporal');
  const program = join(folder, `temporal-${TEMPORAL_CLI_VERSION}${SUFFIX}`);
  return { folder, program, record: `${program}.json` };
}

/**
 * The cached program, or null when there is none.
 * @throws when it is not the file that was put there; it is removed then.
 */
export async function cachedCli(cacheDir: string): Promise<string | null> {
  const { program, record } = pathsIn(cacheDir);
  const known = await readRecord(record);
  const file = await stat(program).catch(() => null);
  if (!known || !file) return null;
  if (file.size === known.size && file.mtimeMs === known.mtimeMs) return program;
  if ((await sha256(program)) === known.sha256) return program;
  await rm(record, { force: true });
  await rm(program, { force: true });
  throw new Error(`${program} is not the file that was put there (SHA-256 differs); it was removed`);
}

/** A folder in the cache that belongs to this call alone; the caller removes it. Same disk as the cache, so that moving is atomic. */
export async function makeDownloadDir(cacheDir: string): Promise<string> {
  const folder = join(pathsIn(cacheDir).folder, `download-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * Checks a downloaded program and moves it into the cache. Two processes may do so at once: each moves a whole file.
 * @param source where it came from, for the record.
 */
export async function admitToCache(cacheDir: string, downloaded: string, source: string): Promise<string> {
  const { program, record } = pathsIn(cacheDir);
  await chmod(downloaded, 0o755);
  const version = await checkTemporalCli(downloaded);
  const { size, mtimeMs } = await stat(downloaded);
  const entry: CacheRecord = { version, sha256: await sha256(downloaded), size, mtimeMs, source };
  try {
    await rename(downloaded, program);
  } catch (error) {
    // Windows keeps a running program in place: then another process has put the same one there already.
    if (!(await stat(program).catch(() => null))) throw error;
    return program;
  }
  const draft = `${downloaded}.json`;
  await writeFile(draft, JSON.stringify(entry, null, 2));
  await rename(draft, record);
  return program;
}

async function readRecord(path: string): Promise<CacheRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // No record or one that was cut off: the program counts as not cached and is fetched anew.
    return null;
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
