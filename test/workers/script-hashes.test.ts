import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { scriptHashes } from '../../workers/script-hashes.ts';

test('every contracted script has the SHA-256 of its file as it is', async () => {
  const hashes = await scriptHashes();
  const expected = await Promise.all(
    Object.values(SCRIPTS).map(async ({ file }): Promise<[string, string]> => {
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
  const names = Object.keys(await scriptHashes());
  expect(names).toEqual(expect.arrayContaining(['modules/plant', 'modules/windows', 'dispatcher.ps1', 'runner.psm1']));
  expect(names).toEqual(names.toSorted());
});
