import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { resolveTarget, type DispatchTarget } from '../../activities/powershell/target.ts';
import { Refusal } from '../../activities/step/refusal.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { temporaryFolder } from '../temporary.ts';
import { HOSTILE } from './hostile-strings.ts';
import { openTextShell, WELL } from './text-shell.ts';

const ADDRESS = 'app01.corp.example';
const WINRM: HostConnection = { transport: 'winrm', address: ADDRESS, port: 5986, configuration: 'FettlePatching' };
let folder: string;
let ssh: HostConnection;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, 'key'), 'not a real key');
  await writeFile(join(folder, 'known_hosts'), `${ADDRESS} ssh-ed25519 AAAA`);
  await writeFile(join(folder, 'account'), 'svc-site-b\nanother line\n');
  environment = { FETTLE_KEY: join(folder, 'key'), FETTLE_USER: 'svc-patch', FETTLE_OPTION: '-oProxyCommand=id' };
  const references = {
    user: 'env:FETTLE_USER',
    keyFile: 'env:FETTLE_KEY',
    knownHosts: `file:${join(folder, 'known_hosts')}`,
  };
  ssh = { transport: 'ssh', address: ADDRESS, port: 22, ...references };
});

type Change = Partial<HostConnection>;
const resolve = (change: Change = {}, platform: NodeJS.Platform = 'linux', variables = environment): DispatchTarget =>
  resolveTarget({ ...ssh, ...change }, { environment: variables, connectTimeoutMs: 1_000, platform });
const resolveWinRm = (change: Change = {}): DispatchTarget => resolve({ ...WINRM, ...change }, 'win32');

function problemOf(attempt: () => unknown): { type?: unknown; message: string } {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error('It was not refused.');
}

describe('a connection becomes what the dispatcher needs', () => {
  test('over ssh, with its references resolved to an account and paths', () => {
    const paths = { keyFile: join(folder, 'key'), knownHosts: join(folder, 'known_hosts') };
    const given = { transport: 'ssh', address: ADDRESS, port: 22, user: 'svc-patch', connectTimeoutMs: 1_000 };
    expect(resolve()).toEqual({ ...given, ...paths });
    expect(resolve({ keyFile: `file:${paths.keyFile}`, knownHosts: paths.knownHosts })).toEqual({ ...given, ...paths });
    expect(resolve({ user: `file:${join(folder, 'account')}` }).user).toBe('svc-site-b');
  });

  test.each(['CORP\\svc-patch', 'svc-patch@corp.example', 'gmsa-patch$'])('over ssh, for the account %s', (account) => {
    expect(resolve({}, 'linux', { ...environment, FETTLE_USER: account }).user).toBe(account);
  });

  test.each(['10.20.30.40', 'fd00::10', 'app01'])('at the address %s', (address) => {
    expect(resolve({ address }).address).toBe(address);
  });

  test('over WinRM, from a worker on Windows; on the worker itself nothing is connected to', () => {
    expect(resolveWinRm()).toEqual({ ...WINRM, connectTimeoutMs: 1_000 });
    expect(resolve({ transport: 'local' })).toEqual({ transport: 'local' });
  });
});

describe('is refused, with what would be right', () => {
  test.each<[name: string, change: Change, message: RegExp]>([
    ['known hosts that are not there', { knownHosts: 'file:/nonexistent/hosts' }, /`knownHosts` of .*cannot be read/],
    ['a relative path of known hosts', { knownHosts: 'known_hosts' }, /no whole path/],
    ['two files of known hosts in one', { knownHosts: '/a/known /dev/null' }, /without blanks, quotes/],
    ['a path that ssh would expand', { knownHosts: '/home/%u/known_hosts' }, /without blanks, quotes/],
    ['a path that ends its quotes', { keyFile: 'file:/k" -oProxyCommand="id' }, /without blanks, quotes/],
    ['no account', { user: '' }, /`user` of .* is no plain name/],
    ['an account that is an option', { user: 'env:FETTLE_OPTION' }, /`user` of .* is no plain name/],
    ['an address that is an option', { address: '-oProxyCommand=id' }, /`address` of .* is no plain name/],
    ['no address', { address: '' }, /`address` of .* is no plain name/],
    ['an address that is a URL', { address: 'https://app01.corp.example/' }, /`address` of .* is no plain name/],
    ['WinRM elsewhere than on Windows', WINRM, /runs on linux.*Use ssh, or a Windows worker/],
  ])('%s', (_name, change, message) => {
    const problem = problemOf(() => resolve(change));
    expect(problem.message).toMatch(message);
    expect(problem.type).toBe('TransportRefused');
  });

  test.each<[name: string, change: Change, message: RegExp]>([
    ['a variable that is not set', { keyFile: 'env:MISSING' }, /env:MISSING is not set/],
    ['an account whose file is not there', { user: 'file:/nonexistent/account' }, /ENOENT/],
    ['a key that is not there', { keyFile: 'file:/nonexistent/key' }, /nonexistent\/key, cannot be read \(ENOENT\)/],
  ])('%s, as a secret that is missing', (_name, change, message) => {
    const problem = problemOf(() => resolve(change));
    expect(problem.message).toMatch(message);
    expect(problem.type).toBe('SecretMissing');
  });

  test('a session configuration that is a path', () => {
    expect(problemOf(() => resolveWinRm({ configuration: '../Microsoft.PowerShell' })).message).toMatch(
      /no plain name/,
    );
  });

  test.each([
    '\\\\files.corp.example\\keys\\patch',
    '//files/keys/patch',
    '\\\\?\\C:\\keys',
    '\\keys\\patch',
    '/keys/patch',
    'C:keys',
    'keys',
  ])('on Windows, the path %s: of another machine, or of whatever drive or folder is the current one', (path) => {
    for (const change of [{ keyFile: `file:${path}` }, { knownHosts: path }]) {
      const { message } = problemOf(() => resolve(change, 'win32'));
      expect(message).toMatch(/no whole path.*begins with its drive, such as `C:\\/);
    }
  });

  test.each(['C:\\ProgramData\\Fettle-Worker\\keys\\patch', 'd:/keys/patch'])('on Windows, not the path %s', (path) => {
    const { message } = problemOf(() => resolve({ keyFile: `file:${path}` }, 'win32'));
    // It is not there, and that is all.
    expect(message).toContain(`The \`keyFile\` of ${ADDRESS}, ${path}, cannot be read (ENOENT)`);
  });

  test('every hostile text, in the place of an address, an account and a configuration', () => {
    // Some of them are plain names all the same.
    for (const text of HOSTILE.filter((one) => !/^\w+$/.test(one))) {
      expect(() => resolve({ address: text })).toThrow(Refusal);
      expect(() => resolve({ user: /^(env|file):/.test(text) ? '-' : text })).toThrow(Refusal);
      expect(() => resolveWinRm({ configuration: text })).toThrow(Refusal);
    }
  });
});

test('a connection that cannot be used reaches no host and starts no process', async () => {
  const { shell, pids, run } = openTextShell({ ...ssh, keyFile: 'env:MISSING' });
  expect(await run(WELL)).toMatchObject({ kind: 'refused', type: 'SecretMissing' });
  expect(pids).toEqual([]);
  await shell.close();
});
