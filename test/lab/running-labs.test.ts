import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { announceLab, findRunningLab } from '../../lab/running-labs.ts';
import type { RunningLab } from '../../lab/running-labs.ts';

let cacheDir: string;
let checkout: string;
let server: Server;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'fettle-cache-'));
  checkout = await mkdtemp(join(tmpdir(), 'fettle-checkout-'));
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  for (const folder of [cacheDir, checkout]) await rm(folder, { recursive: true, force: true });
});

function lab(set: Partial<RunningLab> = {}): RunningLab {
  return {
    pid: process.pid,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    namespace: 'default',
    ui: 'http://127.0.0.1:1',
    plant: 'http://127.0.0.1:2',
    startedAt: '2026-11-22T10:00:00.000Z',
    ...set,
  };
}

async function records(): Promise<string[]> {
  const [folder = ''] = await readdir(join(cacheDir, 'labs'));
  return (await readdir(join(cacheDir, 'labs', folder))).map((name) => join(cacheDir, 'labs', folder, name));
}

function pidOfTheDead(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

test('a lab is found by commands of its checkout until it withdraws its record', async () => {
  const withdraw = await announceLab(checkout, lab(), cacheDir);
  expect(await findRunningLab(checkout, cacheDir)).toEqual(lab());
  expect(await findRunningLab(cacheDir, cacheDir)).toBeNull();
  await withdraw();
  expect(await findRunningLab(checkout, cacheDir)).toBeNull();
  expect(await records()).toEqual([]);
});

test('a record is for its user alone', async () => {
  await announceLab(checkout, lab(), cacheDir);
  const [record = ''] = await records();
  expect((await stat(record)).mode & 0o777).toBe(0o600);
});

test('the record of a lab that died without a word is ignored and removed', async () => {
  await announceLab(checkout, lab({ pid: pidOfTheDead() }), cacheDir);
  expect(await findRunningLab(checkout, cacheDir)).toBeNull();
  expect(await records()).toEqual([]);
});

test('of several labs the one that was started last and answers is found', async () => {
  await announceLab(checkout, lab({ startedAt: '2026-11-22T10:00:00.000Z', namespace: 'older' }), cacheDir);
  await announceLab(checkout, lab({ startedAt: '2026-11-22T11:00:00.000Z', namespace: 'newer' }), cacheDir);
  await announceLab(checkout, lab({ startedAt: '2026-11-22T12:00:00.000Z', address: '127.0.0.1:1' }), cacheDir);
  expect(await findRunningLab(checkout, cacheDir)).toMatchObject({ namespace: 'newer' });
});
