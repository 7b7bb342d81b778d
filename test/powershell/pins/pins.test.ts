import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pinScripts, readManifest, sha256 } from '../../../activities/powershell/manifest.ts';
import { Pins, ScriptNotPinned } from '../../../activities/powershell/pins.ts';
import { checkoutWith } from './checkout-copy.ts';

const SCRIPT = 'runbooks/demo/scripts/Get-Thing.ps1';
const PARTS = ['activities/modules/A.ps1', 'activities/modules/B.ps1'];
const FILES = { [SCRIPT]: "'one'\n", [PARTS[0] ?? '']: 'a\n', [PARTS[1] ?? '']: 'æ\n' };

async function pinned(): Promise<{ root: string; pins: Pins; script: string }> {
  const root = await checkoutWith(FILES);
  await pinScripts(root);
  return { root, pins: new Pins(root, readManifest(root)), script: join(root, SCRIPT) };
}

test('a pinned file gives its hash', async () => {
  const { pins, script } = await pinned();
  expect(pins.verify(script)).toBe(sha256("'one'\n"));
});

test('a changed file is refused: the message names it, both hashes and the way on', async () => {
  const { pins, script } = await pinned();
  await writeFile(script, "'other'\n");
  const attempt = (): unknown => pins.verify(script);
  expect(attempt).toThrow(ScriptNotPinned);
  for (const part of [SCRIPT, sha256("'one'\n"), sha256("'other'\n"), 'npx fettle scripts pin'])
    expect(attempt).toThrow(part);
});

test('one changed byte of the same length at the same time is found out', async () => {
  const { pins, script } = await pinned();
  expect(pins.verify(script)).toBe(sha256("'one'\n"));
  await writeFile(script, "'onf'\n");
  expect(() => pins.verify(script)).toThrow(ScriptNotPinned);
});

test('a file that was pinned anew since the worker started is refused until the worker is started again', async () => {
  const { root, pins, script } = await pinned();
  await writeFile(script, "'other'\n");
  await pinScripts(root);
  expect(() => pins.verify(script)).toThrow('start the worker again');
  expect(new Pins(root, readManifest(root)).verify(script)).toBe(sha256("'other'\n"));
});

test.each([
  ['that is not in the manifest', async (root: string) => writeFile(join(root, 'lab.ps1'), 'x'), 'lab.ps1'],
  ['that is missing', async (root: string) => rm(join(root, SCRIPT)), SCRIPT],
  ['outside of the checkout', async () => undefined, '../elsewhere.ps1'],
  ['named as a property of every object', async () => undefined, 'constructor'],
])('a file %s is refused', async (_name, change, path) => {
  const { root, pins } = await pinned();
  await change(root);
  expect(() => pins.verify(join(root, path))).toThrow(ScriptNotPinned);
});

test('line endings as the only difference are named as the cause', async () => {
  const { pins, script } = await pinned();
  await writeFile(script, "'one'\r\n");
  expect(() => pins.verify(script)).toThrow(/line endings/);
  await writeFile(script, "'two'\r\n");
  expect(() => pins.verify(script)).not.toThrow(/line endings/);
});

test('the files of a module have the hash of their texts as the dispatcher joins them', async () => {
  const { root, pins } = await pinned();
  expect(pins.verifyJoined(PARTS.map((path) => join(root, path)))).toBe(sha256('a\n\næ\n'));
});

test('one changed file of a module refuses the module', async () => {
  const { root, pins } = await pinned();
  await writeFile(join(root, PARTS[1] ?? ''), 'b\n');
  expect(() => pins.verifyJoined(PARTS.map((path) => join(root, path)))).toThrow(PARTS[1] ?? '');
});
