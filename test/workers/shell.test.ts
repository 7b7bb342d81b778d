import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import { createLog } from '../../workers/log.ts';
import { chooseShell, NoPowerShell } from '../../workers/shell.ts';

const PLANT = 'http://127.0.0.1:9';
const log = createLog({ level: 'silent', readable: false });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-shell-'));
  await writeFile(join(folder, 'pwsh'), '#!/bin/sh\n');
  await chmod(join(folder, 'pwsh'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Places = Parameters<typeof chooseShell>[0]['environment'];
const places = (set: Partial<Places>): Places => ({
  pwsh: null,
  pwshSessions: 1,
  plantUrl: null,
  searchPath: [],
  variables: {},
  ...set,
});
const choose = (set: Partial<Places>): ReturnType<typeof chooseShell> =>
  chooseShell({ environment: places(set), plant: PLANT_SHELL, log });

test('without PowerShell and without a plant there is no shell, and the error says how to get one', async () => {
  await expect(choose({})).rejects.toThrow(NoPowerShell);
  await expect(choose({})).rejects.toThrow(/FETTLE_PWSH.*PATH.*FETTLE_PLANT_URL/s);
});

test('a FETTLE_PWSH that cannot be run is an error, not a reason to take another shell', async () => {
  await expect(choose({ pwsh: join(folder, 'absent'), plantUrl: PLANT })).rejects.toThrow(/FETTLE_PWSH names .*absent/);
});

describe('what is simulated says so', () => {
  test.each([
    ['PowerShell found on PATH over Windows hosts', { path: true, plantUrl: null }, []],
    ['PowerShell found on PATH over the plant', { path: true, plantUrl: PLANT }, ['plant']],
    ['no PowerShell over the plant', { path: false, plantUrl: PLANT }, ['powershell', 'plant']],
  ])('%s', async (_case, { path, plantUrl }, simulated) => {
    const shell = await choose({ plantUrl, searchPath: path ? [folder] : [] });
    expect(shell.simulated).toEqual(simulated);
    await shell.close();
  });
});
