import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  checkManifest,
  MANIFEST_PATH,
  pinScripts,
  readManifest,
  sha256,
} from '../../activities/powershell/manifest.ts';
import { Pins } from '../../activities/powershell/pins.ts';
import type { ShellSettings } from '../../activities/powershell/settings.ts';
import { Refusal } from '../../activities/step/refusal.ts';
import { renderPins } from '../../cli/render/pins.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryFile, temporaryFolder, temporaryProgram } from '../temporary.ts';
import { measured } from './measured.ts';
import { processesOf } from './processes.ts';
import { answering, because, LOCAL, noRealShell, testShell } from './shells.ts';
import { openTextShell, WELL } from './text-shell.ts';

const SCRIPT = 'runbooks/demo/scripts/Get-Thing.ps1';
const RUNNER = 'activities/powershell/runner.psm1';
const PART = 'lab/B.ps1';
const FILES = {
  [SCRIPT]: "'one'\n",
  [RUNNER]: "'two'\n",
  [PART]: 'æ\n',
  'docs/Not-Sent.ps1': '3',
  'lab/readme.md': '',
};
const OTHER = 'a'.repeat(64);

/** A folder that stands for a checkout, with these files in it, pinned. */
async function checkout(): Promise<{ root: string; pins: Pins }> {
  const root = await temporaryFolder();
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  pinScripts(root);
  return { root, pins: new Pins(root, readManifest(root)) };
}

describe('the manifest', () => {
  test('of this checkout is up to date', async () => {
    expect(checkManifest(checkoutDir)).toEqual([]);
  });

  test('has every PowerShell file that can reach a host by its SHA-256, in order, and ends in a line feed', async () => {
    const { root } = await checkout();
    const hashes = { [RUNNER]: sha256("'two'\n"), [PART]: sha256('æ\n'), [SCRIPT]: sha256("'one'\n") };
    expect(Object.entries(readManifest(root))).toEqual(Object.entries(hashes));
    expect(await readFile(join(root, MANIFEST_PATH), 'utf8')).toMatch(/\}\n$/);
    expect(renderPins(pinScripts(root))).toContain('nothing changed');
  });

  test('is compared with the files: each that was added, changed or removed is told with both hashes and what to type', async () => {
    const { root } = await checkout();
    await writeFile(join(root, SCRIPT), "'other'\n");
    await writeFile(join(root, 'lab/Extra.psm1'), '');
    await rm(join(root, RUNNER));
    const problems = checkManifest(root);
    expect(problems.map(({ path }) => path)).toEqual([RUNNER, 'lab/Extra.psm1', SCRIPT]);
    for (const { expected } of problems) expect(expected).toContain('npx fettle scripts pin');
    const told = renderPins(pinScripts(root));
    for (const part of [
      `changed  ${SCRIPT}`,
      `removed  ${RUNNER}`,
      'added    lab/Extra.psm1',
      sha256("'one'\n"),
      sha256("'other'\n"),
    ])
      expect(told).toContain(part);
    for (const hash of [sha256("'one'\n"), sha256("'other'\n")]) expect(problems[2]?.message).toContain(hash);
    expect(checkManifest(root)).toEqual([]);
  });

  test.each([['no JSON'], ['{"algorithm":"md5","files":{}}'], ['{"algorithm":"sha256","files":{"a.ps1":"beef"}}']])(
    'that is none is refused, and made anew by pinning: %s',
    async (text) => {
      const { root } = await checkout();
      await writeFile(join(root, MANIFEST_PATH), text);
      expect(() => readManifest(root)).toThrow('npx fettle scripts pin');
      expect(checkManifest(root)).toMatchObject([{ path: MANIFEST_PATH }]);
      expect(pinScripts(root).map(({ pinned }) => pinned)).toEqual([null, null, null]);
      expect(checkManifest(root)).toEqual([]);
    },
  );
});

describe('a worker', () => {
  test('gets the hash of a file as pinned, and that of several as the dispatcher joins them', async () => {
    const { root, pins } = await checkout();
    expect(pins.verify(join(root, SCRIPT))).toBe(sha256("'one'\n"));
    expect(pins.verifyJoined([RUNNER, PART].map((path) => join(root, path)))).toBe(sha256("'two'\n\næ\n"));
  });

  test('refuses a file that changed since it started, also one that was pinned anew, and names both hashes', async () => {
    const { root, pins } = await checkout();
    await writeFile(join(root, SCRIPT), "'onf'\n");
    pinScripts(root);
    const attempt = (): unknown => pins.verify(join(root, SCRIPT));
    expect(attempt).toThrow(Refusal);
    for (const part of [SCRIPT, sha256("'one'\n"), sha256("'onf'\n"), 'start the worker again'])
      expect(attempt).toThrow(part);
    expect(new Pins(root, readManifest(root)).verify(join(root, SCRIPT))).toBe(sha256("'onf'\n"));
    await writeFile(join(root, PART), 'b\n');
    expect(() => pins.verifyJoined([join(root, RUNNER), join(root, PART)])).toThrow(PART);
  });

  test.each(['lab/missing.ps1', '../elsewhere.ps1'])('refuses what the manifest does not name: %s', async (path) => {
    const { root, pins } = await checkout();
    expect(() => pins.verify(join(root, path))).toThrow(Refusal);
  });

  const parameters = { HostName: 'app01.corp.example' };
  const call = (files: Readonly<Record<string, string>>, settings: Partial<ShellSettings> = {}) => {
    const shell = testShell({ pins: new Pins(checkoutDir, files), ...settings });
    onTestFinished(() => shell.close());
    return shell.call(SCRIPTS.getHostState, LOCAL, parameters);
  };

  test.each([
    'activities/powershell/dispatcher.ps1',
    RUNNER,
    'lab/plant/host-module/Get-FettleDisk.ps1',
    relative(checkoutDir, fileURLToPath(SCRIPTS.getHostState.file ?? '')),
  ])('runs nothing when %s is another than pinned', async (path) => {
    const files = readManifest(checkoutDir);
    const outcome = await call(
      { ...files, [path]: OTHER },
      { executable: await temporaryProgram(answering(`'7.6.0'`)) },
    );
    expect(outcome).toMatchObject({ kind: 'refused', type: 'ScriptNotPinned' });
    for (const part of [path, OTHER, files[path]])
      expect(outcome).toHaveProperty('message', expect.stringContaining(part ?? '?'));
  });

  test('ends a session while whose start the runner changed', async () => {
    const files = readManifest(checkoutDir);
    const started = join(await temporaryFolder(), 'started');
    const source = `require('node:fs').writeFileSync(${JSON.stringify(started)}, ''); ${answering(`'7.6.0'`)}`;
    // From the moment in which the process runs, the file is another than the manifest says.
    const changing = Object.defineProperty({ ...files }, RUNNER, {
      get: () => (existsSync(started) ? OTHER : files[RUNNER]),
    });
    const { log, pids } = measured();
    const outcome = await call(changing, { executable: await temporaryProgram(source), log });
    expect(outcome).toMatchObject({ kind: 'refused', type: 'ScriptNotPinned' });
    expect(existsSync(started)).toBe(true);
    expect(processesOf(pids)).toEqual([]);
  });
});

describe.skipIf(noRealShell !== null)(`the dispatcher${because(noRealShell)}`, () => {
  test('refuses a script that changes after it was compared and before it runs', async () => {
    const { shell, script, run, queueLengths } = openTextShell();
    onTestFinished(() => shell.close());
    const begun = await temporaryFile('');
    await run(WELL);
    const waits = await script(
      'param($Path) while ([IO.File]::ReadAllText($Path) -eq "") { Start-Sleep -Milliseconds 20 }; 1',
    );
    const contract = await script("@{ value = 'changing' }");
    const first = shell.call(waits, LOCAL, { Path: begun });
    const second = shell.call(contract, LOCAL, {});
    await expect.poll(() => queueLengths.at(-1)).toBe(1);
    await writeFile(fileURLToPath(contract.file ?? ''), '# edited\n');
    await writeFile(begun, 'go on');
    expect((await first).kind).toBe('result');
    expect(await second).toMatchObject({
      kind: 'refused',
      type: 'ScriptNotPinned',
      message: expect.stringMatching(/changed right before it ran: .*npx fettle scripts pin/) as unknown,
    });
  });
});
