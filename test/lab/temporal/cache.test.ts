import { appendFile, mkdtemp, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { admitToCache, cachedCli, makeDownloadDir } from '../../../lab/temporal/cache.ts';
import { fakeTemporal } from './fake-program.ts';

let cacheDir: string;
let program: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'fettle-cache-'));
  const folder = await makeDownloadDir(cacheDir);
  program = await admitToCache(cacheDir, await fakeTemporal(join(folder, 'temporal'), '1.9.1'), 'a test');
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

test('beside the program stands where it came from, its version and its SHA-256', async () => {
  const record: unknown = JSON.parse(await readFile(`${program}.json`, 'utf8'));
  expect(record).toMatchObject({ version: '1.9.1', source: 'a test', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('a program that was changed is refused, removed and then counts as not there', async () => {
  await appendFile(program, 'echo evil\n');
  await expect(cachedCli(cacheDir)).rejects.toThrow(/SHA-256 differs/);
  expect(await cachedCli(cacheDir)).toBeNull();
});

test('a program whose time alone changed, as after a restored backup, is still the one', async () => {
  await utimes(program, new Date(0), new Date(0));
  expect(await cachedCli(cacheDir)).toBe(program);
});

test('a program without its record, as after an interrupted move, counts as not there', async () => {
  await rm(`${program}.json`);
  expect(await cachedCli(cacheDir)).toBeNull();
});
