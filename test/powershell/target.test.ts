import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveTarget, type TargetSettings } from '../../activities/powershell/target.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { testShell } from './shells.ts';

const settings: TargetSettings = {
  environment: { FETTLE_KEY: '/keys/site-a', FETTLE_USER: 'svc-patch' },
  connectTimeoutMs: 1_000,
  platform: 'linux',
};
const ssh: HostConnection = {
  transport: 'ssh',
  address: 'app01.corp.example',
  port: 22,
  user: 'env:FETTLE_USER',
  keyFile: 'env:FETTLE_KEY',
  knownHosts: '/keys/known_hosts',
};

test('references become what ssh needs', () => {
  expect(resolveTarget(ssh, settings)).toEqual({
    transport: 'ssh',
    address: 'app01.corp.example',
    port: 22,
    user: 'svc-patch',
    keyFile: '/keys/site-a',
    knownHosts: '/keys/known_hosts',
    connectTimeoutMs: 1_000,
  });
  expect(resolveTarget({ ...ssh, keyFile: 'file:/keys/b' }, settings).keyFile).toBe('/keys/b');
});

test('an account may stand in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-account-'));
  await writeFile(join(folder, 'account'), 'svc-site-b\n');
  expect(resolveTarget({ ...ssh, user: `file:${join(folder, 'account')}` }, settings).user).toBe('svc-site-b');
  await rm(folder, { recursive: true });
});

test.each([
  ['no key', { keyFile: undefined }, /lacks `keyFile`/],
  ['no known hosts', { knownHosts: undefined }, /lacks `knownHosts`/],
  ['a key that is no reference', { keyFile: '-----BEGIN KEY-----' }, /must be a reference/],
  ['a variable that is not set', { keyFile: 'env:MISSING' }, /env:MISSING is not set/],
  ['a file that is not there', { user: 'file:/nonexistent/account' }, /ENOENT/],
  ['WinRM on another system than Windows', { transport: 'winrm' }, /needs a worker on Windows/],
] as const)('%s is refused with what would be right', (_name, change, message) => {
  expect(() => resolveTarget({ ...ssh, ...change }, settings)).toThrow(message);
});

test('a connection that cannot be used reaches no host and starts no process', async () => {
  const started: string[] = [];
  const note = (text: string): void => void started.push(text);
  const shell = testShell({ hostModule: 'windows', log: { debug: note, info: note, warn: note } });
  const parameters = { HostName: 'app01.corp.example' };
  const outcome = await shell.call(SCRIPTS.getHostState, { ...ssh, keyFile: 'env:MISSING' }, parameters);
  expect(outcome).toMatchObject({ kind: 'connect-failed' });
  expect(started).toEqual([]);
  await shell.close();
});
