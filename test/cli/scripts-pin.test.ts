import { execFile } from 'node:child_process';
import { appendFile, cp, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryFolder } from '../temporary.ts';

const COPIED = 'activities bin cli lab model runbooks workers workflows package.json tsconfig.json'.split(' ');

/** A checkout of its own, in which a script may be changed. */
async function checkout(): Promise<string> {
  const root = await temporaryFolder();
  for (const name of COPIED) await cp(join(checkoutDir, name), join(root, name), { recursive: true });
  await symlink(join(checkoutDir, 'node_modules'), join(root, 'node_modules'), 'dir');
  return root;
}

test('a script that the check refuses is not pinned, and nothing else is', { timeout: 60_000 }, async () => {
  const root = await checkout();
  const manifest = join(root, 'runbooks', 'scripts.manifest.json');
  const before = await readFile(manifest, 'utf8');
  const script = join(root, 'runbooks', 'patch-window', 'scripts', 'Get-HostState.ps1');
  const pin = () =>
    promisify(execFile)(process.execPath, [join(root, 'bin', 'fettle.mjs'), 'scripts', 'pin'], { cwd: root });

  await appendFile(script, '\n# meant\n');
  expect((await pin()).stdout).toContain('1 changed');
  const pinned = await readFile(manifest, 'utf8');
  expect(pinned).not.toBe(before);

  await appendFile(script, '\nInvoke-Expression "Get-Date"\n');
  await expect(pin()).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /Nothing was pinned: 1 problem in the scripts\.[^]*Get-HostState\.ps1:\d+.*Invoke-Expression/,
    ),
  });
  expect(await readFile(manifest, 'utf8')).toBe(pinned);
});
