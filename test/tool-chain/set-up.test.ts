import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkCommand } from '../../scripts/setup/link-command.mjs';
import { withLock } from '../../scripts/setup/lock.mjs';
import { missingOptionalPackages, packagesDiffer } from '../../scripts/setup/packages.mjs';
import { warnAboutOldNode } from '../../scripts/setup/set-up.mjs';
import { checkoutDir } from '../../workers/checkout.ts';

let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'fettle-setup-'));
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

type Packages = Record<string, Record<string, unknown>>;
const ROOT = { '': { name: 'fettle', version: '0.1.0' } };
const HERE = { os: [process.platform], cpu: [process.arch] };
const ELSEWHERE = { os: ['sunos'], cpu: ['mips'] };

async function lockFile(packages: Packages): Promise<void> {
  const content = { name: 'fettle', version: '0.1.0', lockfileVersion: 3, packages: { ...ROOT, ...packages } };
  await writeFile(join(checkout, 'package-lock.json'), JSON.stringify(content));
}
async function installed(packages: Packages): Promise<void> {
  await mkdir(join(checkout, 'node_modules', '.bin'), { recursive: true });
  await writeFile(join(checkout, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
}

function runSetUp(): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [join(checkout, 'scripts', 'setup.mjs')], { encoding: 'utf8' });
}

describe('the installed packages', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };

  test('are the right ones when each of the lock file is there, but for other machines', async () => {
    await lockFile({
      'node_modules/a': a,
      'node_modules/a/node_modules/b': a,
      'node_modules/native-elsewhere': { ...a, optional: true, ...ELSEWHERE },
    });
    await installed({ 'node_modules/a': a, 'node_modules/a/node_modules/b': a });
    expect(packagesDiffer(checkout)).toBeNull();
  });

  test.each<[string, Packages, Packages, string]>([
    ['one is missing', { 'node_modules/@x/a': a }, {}, '@x/a is missing'],
    [
      'one has another version',
      { 'node_modules/a': a },
      { 'node_modules/a': { ...a, version: '0.9.0' } },
      'a is not 1.0.0',
    ],
    [
      'one has other content',
      { 'node_modules/a': a },
      { 'node_modules/a': { ...a, integrity: 'sha512-x' } },
      'a is not 1.0.0',
    ],
    [
      'the native part for this machine is missing',
      { 'node_modules/n': { ...a, optional: true, ...HERE } },
      {},
      'n is missing',
    ],
  ])('differ when %s', async (_name, locked, found, difference) => {
    await lockFile(locked);
    await installed(found);
    expect(packagesDiffer(checkout)).toBe(difference);
  });

  test('differ when an installation broke off before npm wrote its list', async () => {
    await lockFile({ 'node_modules/a': a });
    await mkdir(join(checkout, 'node_modules', 'a'), { recursive: true });
    expect(packagesDiffer(checkout)).toBe('none are there yet');
  });

  test('are the right ones where the lock file knows a version only, as for a platform on which nobody locked it', async () => {
    await lockFile({ 'node_modules/native': { version: '1.0.0', optional: true, ...HERE } });
    await installed({ 'node_modules/native': { ...a, optional: true, ...HERE } });
    expect(packagesDiffer(checkout)).toBeNull();
  });

  test('can be installed on every platform: the lock file lacks no optional package (else: node scripts/complete-lock.mjs)', async () => {
    const { packages } = JSON.parse(await readFile(join(checkoutDir, 'package-lock.json'), 'utf8')) as {
      packages: Packages;
    };
    expect(missingOptionalPackages(packages)).toEqual([]);
    const broken = {
      'node_modules/tool': { version: '2.0.0', optionalDependencies: { 'tool-darwin-arm64': '2.0.0' } },
    };
    expect(missingOptionalPackages(broken)).toEqual([{ name: 'tool-darwin-arm64', version: '2.0.0', dev: false }]);
  });

  test('are right in this checkout, where the tests run', () => {
    expect(packagesDiffer(checkoutDir)).toBeNull();
  });
});

describe('the set-up', () => {
  test('installs what is missing, says so on standard error only, and says nothing when it is done', async () => {
    await mkdir(join(checkout, 'dependency'));
    await writeFile(join(checkout, 'dependency', 'package.json'), '{"name":"dependency","version":"1.0.0"}');
    await writeFile(
      join(checkout, 'package.json'),
      '{"name":"fettle","version":"0.1.0","dependencies":{"dependency":"file:dependency"}}',
    );
    await lockFile({
      '': { ...ROOT[''], dependencies: { dependency: 'file:dependency' } },
      dependency: { version: '1.0.0' },
      'node_modules/dependency': { resolved: 'dependency', link: true },
    });
    await cp(join(checkoutDir, 'scripts'), join(checkout, 'scripts'), { recursive: true });
    const first = runSetUp();
    expect(first).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringContaining('Installing packages (none are there yet)'),
    });
    expect(await readFile(join(checkout, 'node_modules', 'dependency', 'package.json'), 'utf8')).toContain('1.0.0');
    expect(runSetUp()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('fails with the way on when npm fails', async () => {
    await writeFile(join(checkout, 'package.json'), '{"name":"fettle","dependencies":{"absent":"file:absent"}}');
    await lockFile({ 'node_modules/a': { version: '1.0.0', resolved: 'file:absent.tgz' } });
    await cp(join(checkoutDir, 'scripts'), join(checkout, 'scripts'), { recursive: true });
    expect(runSetUp()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/npm ci ended with code \d+.*run the command again/s),
    });
  });

  test.each([
    ['18.20.0', 1],
    ['20.18.3', 1],
    ['20.19.0', 0],
    ['22.1.0', 0],
  ])('on Node %s warns %i times', (version, warnings) => {
    const said: string[] = [];
    warnAboutOldNode(version, (text) => said.push(text));
    expect(said).toHaveLength(warnings);
  });
});

describe('the fettle command for npx', () => {
  test('is a link to the checkout beside the commands of packages, and linking twice changes nothing', async () => {
    await mkdir(join(checkout, 'node_modules', '.bin'), { recursive: true });
    linkCommand(checkout, 'linux');
    linkCommand(checkout, 'linux');
    expect(await readlink(join(checkout, 'node_modules', '.bin', 'fettle'))).toBe(
      join('..', '..', 'bin', 'fettle.mjs'),
    );
  });

  test('is a batch file on Windows', async () => {
    await mkdir(join(checkout, 'node_modules', '.bin'), { recursive: true });
    linkCommand(checkout, 'win32');
    expect(await readFile(join(checkout, 'node_modules', '.bin', 'fettle.cmd'), 'utf8')).toContain(
      'bin\\fettle.mjs" %*',
    );
  });
});

describe('the lock of the set-up', () => {
  test('lets one in after the other, also from another process, and tells who waits', async () => {
    const file = join(checkout, '.fettle', 'setup.lock');
    const lock = pathToFileURL(join(checkoutDir, 'scripts', 'setup', 'lock.mjs')).href;
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { withLock } from ${JSON.stringify(lock)};
       await withLock(${JSON.stringify(file)}, () => {}, async () => { console.log('held'); await new Promise((r) => process.stdin.once('data', r)); });
       process.exit(0);`,
    ]);
    await once(holder.stdout, 'data');
    const order: string[] = [];
    const waiting = withLock(
      file,
      (text) => {
        order.push(text);
        holder.stdin.end('let go');
      },
      () => void order.push('in'),
    );
    await waiting;
    expect(order).toEqual([expect.stringContaining(`process ${holder.pid}`), 'in']);
  });

  test('is taken over from a process that died with it', async () => {
    const file = join(checkout, 'setup.lock');
    await writeFile(file, String(spawnSync(process.execPath, ['-e', '']).pid));
    const said: string[] = [];
    await withLock(
      file,
      (text) => said.push(text),
      () => void said.push('in'),
    );
    expect(said).toEqual(['in']);
  });

  test('is given back when the work fails', async () => {
    const file = join(checkout, 'setup.lock');
    await expect(
      withLock(
        file,
        () => undefined,
        () => Promise.reject(new Error('broken')),
      ),
    ).rejects.toThrow('broken');
    await withLock(
      file,
      () => expect.fail('nobody holds it'),
      () => undefined,
    );
  });
});
