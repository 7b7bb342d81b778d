import { createHash, randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readEnvironment } from '../workers/config.ts';
import { accepts } from './temporal/ports.ts';

const recordSchema = z.object({
  pid: z.int(),
  /** `127.0.0.1:<port>` of the Temporal server. */
  address: z.string(),
  namespace: z.string(),
  ui: z.string().nullable(),
  plant: z.string(),
  startedAt: z.string(),
});

/** What other commands of the same checkout and user must know of a running lab. */
export type RunningLab = z.infer<typeof recordSchema>;

/**
 * Leaves a record of a running lab; only this user can read it.
 * @returns removes the record.
 */
export async function announceLab(
  checkout: string,
  lab: RunningLab,
  cacheDir: string = readEnvironment().cacheDir,
): Promise<() => Promise<void>> {
  const folder = recordFolder(checkout, cacheDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${lab.pid}-${randomUUID()}.json`);
  await writeFile(`${file}.draft`, JSON.stringify(lab), { mode: 0o600 });
  await rename(`${file}.draft`, file);
  return () => rm(file, { force: true });
}

/** The lab of this checkout that was started last and still answers, or null. Records of labs that are gone are removed. */
export async function findRunningLab(
  checkout: string,
  cacheDir: string = readEnvironment().cacheDir,
): Promise<RunningLab | null> {
  const folder = recordFolder(checkout, cacheDir);
  const names = await readdir(folder).catch(() => []);
  const labs: RunningLab[] = [];
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const lab = await readRecord(join(folder, name));
    if (lab && isAlive(lab.pid)) labs.push(lab);
    else await rm(join(folder, name), { force: true });
  }
  for (const lab of labs.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))) {
    const [host = '', port = ''] = lab.address.split(':');
    // The number of a dead process may belong to another one by now.
    if (await accepts(host, Number(port))) return lab;
  }
  return null;
}

function recordFolder(checkout: string, cacheDir: string): string {
  return join(cacheDir, 'labs', createHash('sha256').update(realpathSync(checkout)).digest('hex').slice(0, 16));
}

async function readRecord(file: string): Promise<RunningLab | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Removed since by the lab that closed, or written by another version: no lab that we could use.
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Only processes of the same user write records here, so that a refusal means another user's process.
    return false;
  }
}
