import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { pinScripts, sha256 } from '../../activities/powershell/manifest.ts';
import { reportError } from '../../cli/error-report.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { requirePinned, scriptHashes } from '../../workers/script-hashes.ts';
import { WINDOWS_MODULE } from '../../activities/powershell/settings.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import { temporaryFolder } from '../temporary.ts';

test('every contracted script has the SHA-256 of its file as it is', async () => {
  const hashes = await scriptHashes();
  const expected = await Promise.all(
    Object.values(SCRIPTS)
      .flatMap(({ file }) => file ?? [])
      .map(async (file): Promise<[string, string]> => {
        const path = fileURLToPath(file);
        return [
          basename(path),
          createHash('sha256')
            .update(await readFile(path))
            .digest('hex'),
        ];
      }),
  );
  expect(hashes).toMatchObject(Object.fromEntries(expected));
});

test('host modules, dispatcher and runner are among them, in the order of their names', async () => {
  const names = Object.keys(await scriptHashes(PLANT_SHELL.hostModule, WINDOWS_MODULE));
  expect(names).toEqual(expect.arrayContaining(['modules/plant', 'modules/windows', 'dispatcher.ps1', 'runner.psm1']));
  expect(names).toEqual(names.toSorted());
});

test('scripts that are not as pinned stop the worker before it starts: every one is named, with both hashes', async () => {
  const [changed, added] = ['runbooks/demo/scripts/Get-Thing.ps1', 'runbooks/demo/scripts/New-Thing.ps1'] as const;
  const root = await temporaryFolder();
  for (const folder of [dirname(changed), 'activities', 'lab']) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, changed), "'one'\n");
  pinScripts(root);
  await expect(requirePinned(root)).resolves.toBeUndefined();
  await writeFile(join(root, changed), "'other'\n");
  await writeFile(join(root, added), "'new'\n");
  const report = reportError(await requirePinned(root).catch((error: unknown) => error));
  expect(report).toMatchObject({ exitCode: EXIT.badInput, type: 'InvalidInput' });
  expect(report.problems.map(({ path }) => path)).toEqual([changed, added]);
  for (const text of ["'one'\n", "'other'\n"]) expect(report.problems[0]?.message).toContain(sha256(text));
});
