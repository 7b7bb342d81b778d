import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveTarget, type DispatchTarget, type TargetSettings } from '../../activities/powershell/target.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { HOSTILE } from './hostile-strings.ts';
import { openTextShell, WELL } from './text-shell.ts';

const ADDRESS = 'app01.corp.example';
let folder: string;
let settings: TargetSettings;
let ssh: HostConnection;
const winrm: HostConnection = { transport: 'winrm', address: ADDRESS, port: 5986, configuration: 'FettlePatching' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-target-'));
  const [key, knownHosts, account] = ['key', 'known_hosts', 'account'].map((name) => join(folder, name));
  await Promise.all([
    writeFile(key ?? '', 'not a real key'),
    writeFile(knownHosts ?? '', `${ADDRESS} ssh-ed25519 AAAA`),
    writeFile(account ?? '', 'svc-site-b\nanother line\n'),
  ]);
  settings = {
    environment: { FETTLE_KEY: key, FETTLE_USER: 'svc-patch', FETTLE_OPTION: '-oProxyCommand=id' },
    connectTimeoutMs: 1_000,
    platform: 'linux',
  };
  const references = { user: 'env:FETTLE_USER', keyFile: 'env:FETTLE_KEY', knownHosts: `file:${knownHosts}` };
  ssh = { transport: 'ssh', address: ADDRESS, port: 22, ...references };
});
afterAll(() => rm(folder, { recursive: true }));

type Change = { [field in keyof HostConnection]?: unknown };
const resolve = (change: Change = {}, more: Partial<TargetSettings> = {}): DispatchTarget =>
  resolveTarget({ ...ssh, ...change } as HostConnection, { ...settings, ...more });
const resolveWinRm = (change: Change = {}): DispatchTarget =>
  resolveTarget({ ...winrm, ...change } as HostConnection, { ...settings, platform: 'win32' });

function problemOf(attempt: () => unknown): { type?: unknown; message: string } {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It was not refused.');
}

describe('a connection becomes what the dispatcher needs', () => {
  test('over ssh, with its references resolved to an account and paths', () => {
    expect(resolve()).toEqual({
      transport: 'ssh',
      address: ADDRESS,
      port: 22,
      user: 'svc-patch',
      keyFile: join(folder, 'key'),
      knownHosts: join(folder, 'known_hosts'),
      connectTimeoutMs: 1_000,
    });
    expect(resolve({ keyFile: `file:${join(folder, 'account')}` }).keyFile).toBe(join(folder, 'account'));
  });

  test('over ssh, with an account from the first line of a file', () => {
    expect(resolve({ user: `file:${join(folder, 'account')}` }).user).toBe('svc-site-b');
  });

  test.each(['CORP\\svc-patch', 'svc-patch@corp.example', 'gmsa-patch$'])('over ssh, for the account %s', (account) => {
    expect(resolve({}, { environment: { ...settings.environment, FETTLE_USER: account } }).user).toBe(account);
  });

  test.each(['10.20.30.40', 'fd00::10', 'app01'])('at the address %s', (address) => {
    expect(resolve({ address }).address).toBe(address);
  });

  test('over WinRM, from a worker on Windows', () => {
    expect(resolveWinRm()).toEqual({ ...winrm, connectTimeoutMs: 1_000 });
  });

  test.each(['app01', 'app01.corp.example', '10.corp.example', '1-2-3'])('over WinRM, to the name %s', (address) => {
    expect(resolveWinRm({ address }).address).toBe(address);
  });

  test('on the worker itself, where nothing is connected to', () => {
    expect(resolve({ transport: 'local' })).toEqual({ transport: 'local' });
  });

  test.each([undefined, 'push'])('in the mode %s', (mode) => {
    expect(resolve({ mode }).transport).toBe('ssh');
  });
});

describe('is refused, with what would be right', () => {
  test.each<[name: string, change: Change, message: RegExp]>([
    ['no account', { user: undefined }, /over ssh lacks `user`: add it to the inventory/],
    ['no key', { keyFile: undefined }, /lacks `keyFile`/],
    ['no known hosts', { knownHosts: undefined }, /lacks `knownHosts`/],
    ['known hosts that are empty', { knownHosts: '' }, /lacks `knownHosts`/],
    ['known hosts that are not there', { knownHosts: 'file:/nonexistent/hosts' }, /known hosts of .*cannot be read/],
    ['a relative path of known hosts', { knownHosts: 'known_hosts' }, /no absolute path/],
    ['two files of known hosts in one', { knownHosts: '/a/known /dev/null' }, /takes for more than it is/],
    ['a path that ssh would expand', { knownHosts: '/home/%u/known_hosts' }, /takes for more than it is/],
    ['a path that ends its quotes', { keyFile: 'file:/k" -oProxyCommand="id' }, /takes for more than it is/],
    ['a port that is none', { port: 0 }, /1 to 65535/],
    ['a port that is an option', { port: '22 -oProxyCommand=id' }, /1 to 65535/],
    ['an account that is an option', { user: 'env:FETTLE_OPTION' }, /`user` of .* is no plain name/],
    ['an address that is an option', { address: '-oProxyCommand=id' }, /is no address/],
    ['no address', { address: '' }, /is no address/],
    ['an unknown transport', { transport: 'telnet' }, /local, ssh or winrm/],
    ['WinRM elsewhere than on Windows', { transport: 'winrm' }, /runs on linux.*Use ssh, or a Windows worker/],
    ['the mode that is not built yet', { mode: 'installed' }, /signed module.*JEA.*not built yet.*`push`/],
  ])('%s', (_name, change, message) => {
    const problem = problemOf(() => resolve(change));
    expect(problem.message).toMatch(message);
    expect(problem.type).toBe('TransportRefused');
  });

  test('a key that is no reference, which is not repeated', () => {
    const { message, type } = problemOf(() => resolve({ keyFile: '-----BEGIN KEY-----' }));
    expect(message).toContain('must be a reference');
    expect(message).not.toContain('BEGIN');
    expect(type).toBe('TransportRefused');
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

  test.each<[name: string, change: Change, message: RegExp]>([
    ['WinRM without a session configuration', { configuration: undefined }, /over winrm lacks `configuration`/],
    ['a session configuration that is a path', { configuration: '../Microsoft.PowerShell' }, /no plain name/],
    ['an address that is a URL', { address: 'https://app01.corp.example/' }, /is no address/],
    ...['10.20.30.40', 'fd00::10', '::1', '10.1', '167772161', '0x0a000001', '10.0.0.0X1'].map(
      (address): [string, Change, RegExp] => [
        `the IP address ${address}, which has no Kerberos ticket`,
        { address },
        /needs a name: Kerberos has no ticket for an IP address\. Give the host's full name/,
      ],
    ),
  ])('%s', (_name, change, message) => {
    expect(problemOf(() => resolveWinRm(change)).message).toMatch(message);
  });

  test.each([
    ['of another machine', '\\\\files.corp.example\\keys\\patch'],
    ['of another machine, with slashes', '//files.corp.example/keys/patch'],
    ['past the names', '\\\\?\\C:\\keys\\patch'],
    ['of whatever drive is the current one', '\\keys\\patch'],
    ['of that drive, with a slash', '/keys/patch'],
    ['of whatever folder the drive is in', 'C:keys\\patch'],
    ['without a root', 'keys\\patch'],
  ])('on Windows, a path %s', (_name, path) => {
    for (const change of [{ keyFile: `file:${path}` }, { knownHosts: path }]) {
      const { message, type } = problemOf(() => resolve(change, { platform: 'win32' }));
      expect(message).toMatch(/no absolute path: give the whole path with its drive, such as `C:\\/);
      expect(type).toBe('TransportRefused');
    }
  });

  test.each(['C:\\ProgramData\\Fettle-Worker\\keys\\patch', 'd:/keys/patch'])('on Windows, not the path %s', (path) => {
    const { message } = problemOf(() => resolve({ keyFile: `file:${path}` }, { platform: 'win32' }));
    // It is not there, and that is all.
    expect(message).toContain(`The key of ${ADDRESS}, ${path}, cannot be read (ENOENT)`);
  });

  test('every hostile text, in the place of an address and of an account', () => {
    // Some of them are plain names all the same.
    const taken = HOSTILE.filter((text) => !/^\w+$/.test(text))
      .flatMap((text) => [
        () => resolve({ address: text }),
        () => resolveWinRm({ address: text }),
        () => resolve({ user: text.startsWith('env:') || text.startsWith('file:') ? '-' : text }),
        () => resolveWinRm({ configuration: text }),
      ])
      .filter((attempt) => {
        try {
          attempt();
          return true;
        } catch {
          return false;
        }
      });
    expect(taken).toEqual([]);
  });
});

test('a connection that cannot be used reaches no host and starts no process', async () => {
  const { shell, pids, run } = openTextShell({ ...ssh, keyFile: 'env:MISSING' });
  expect(await run(WELL)).toMatchObject({ kind: 'refused', type: 'SecretMissing' });
  expect(pids).toEqual([]);
  await shell.close();
});
