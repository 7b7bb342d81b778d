import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkManifest } from '../../../activities/powershell/pins/check-manifest.ts';
import {
  comparePins,
  hashScripts,
  MANIFEST_PATH,
  pinScripts,
  readManifest,
  sha256,
} from '../../../activities/powershell/manifest.ts';
import { renderPins } from '../../../cli/render/pins.ts';
import { checkoutDir } from '../../../workers/checkout.ts';
import { checkoutWith } from './checkout-copy.ts';

const SCRIPT = 'runbooks/demo/scripts/Get-Thing.ps1';
const MODULE = 'activities/powershell/runner.psm1';
const FILES = { [SCRIPT]: "'one'\n", [MODULE]: "'two'\n", 'docs/Not-Sent.ps1': "'three'\n", 'lab/readme.md': 'text' };

test('the manifest of this checkout is up to date', async () => {
  expect(comparePins(readManifest(checkoutDir), await hashScripts(checkoutDir))).toEqual([]);
});

test('pinning takes every PowerShell file that can reach a host, by its SHA-256', async () => {
  const root = await checkoutWith(FILES);
  await pinScripts(root);
  expect(readManifest(root)).toEqual({ [MODULE]: sha256("'two'\n"), [SCRIPT]: sha256("'one'\n") });
  expect(await checkManifest(root)).toEqual([]);
});

test('pinning again says what was added, changed and removed, with both hashes', async () => {
  const root = await checkoutWith(FILES);
  await pinScripts(root);
  await writeFile(join(root, SCRIPT), "'other'\n");
  await writeFile(join(root, 'runbooks/demo/scripts/New-Thing.ps1'), "'new'\n");
  await rm(join(root, MODULE));
  const changes = await pinScripts(root);
  expect(changes).toEqual([
    { path: MODULE, change: 'removed', pinned: sha256("'two'\n"), actual: null },
    { path: SCRIPT, change: 'changed', pinned: sha256("'one'\n"), actual: sha256("'other'\n") },
    { path: 'runbooks/demo/scripts/New-Thing.ps1', change: 'added', pinned: null, actual: sha256("'new'\n") },
  ]);
  const told = renderPins(changes);
  for (const { path, change, pinned, actual } of changes) {
    expect(told).toContain(`${change.padEnd(7)}  ${path}`);
    for (const hash of [pinned, actual]) expect(told).toContain(hash ?? path);
  }
  expect(renderPins(await pinScripts(root))).toContain('nothing changed');
});

test('the check names each file that is not as pinned, with both hashes and what to type', async () => {
  const root = await checkoutWith(FILES);
  await pinScripts(root);
  await writeFile(join(root, SCRIPT), "'other'\n");
  await writeFile(join(root, 'lab/Extra.psm1'), '');
  await rm(join(root, MODULE));
  const problems = await checkManifest(root);
  expect(problems.map(({ path }) => path)).toEqual([MODULE, 'lab/Extra.psm1', SCRIPT]);
  expect(problems[2]?.message).toContain(sha256("'one'\n"));
  expect(problems[2]?.message).toContain(sha256("'other'\n"));
  for (const { expected } of problems) expect(expected).toContain('npx fettle scripts pin');
});

test.each([['no JSON'], ['{"algorithm":"md5","files":{}}'], ['{"algorithm":"sha256","files":{"a.ps1":"beef"}}']])(
  'a file that is no manifest is refused, and made anew by pinning: %s',
  async (text) => {
    const root = await checkoutWith({ ...FILES, [MANIFEST_PATH]: text });
    expect(() => readManifest(root)).toThrow('npx fettle scripts pin');
    expect(await checkManifest(root)).toMatchObject([{ path: MANIFEST_PATH }]);
    expect((await pinScripts(root)).map(({ change }) => change)).toEqual(['added', 'added']);
    expect(await checkManifest(root)).toEqual([]);
  },
);

test('the manifest ends in a line feed and lists its files in order, so that two pinnings of one state are one text', async () => {
  const root = await checkoutWith(FILES);
  await pinScripts(root);
  const first = await readFile(join(root, MANIFEST_PATH), 'utf8');
  await pinScripts(root);
  expect(await readFile(join(root, MANIFEST_PATH), 'utf8')).toBe(first);
  expect(first).toMatch(/\}\n$/);
  expect(Object.keys(readManifest(root))).toEqual([MODULE, SCRIPT]);
});
