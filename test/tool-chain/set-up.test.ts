import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../scripts/setup/lock.mjs';
import { warningAboutNode } from '../../scripts/setup/set-up.mjs';
import { checkoutDir } from '../../workers/checkout.ts';

let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'fettle-setup-'));
  await cp(join(checkoutDir, 'scripts'), join(checkout, 'scripts'), { recursive: true });
  await cp(join(checkoutDir, 'package-lock.json'), join(checkout, 'package-lock.json'));
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

describe('the set-up', () => {
  /** What the stand-in for `npm ci` asks before it ends: 200 lets it succeed, anything else fail. */
  let gate: Server;
  let answer: (response: ServerResponse) => void;
  beforeEach(async () => {
    answer = (response) => response.end();
    gate = createServer((_, response) => answer(response));
    await once(gate.listen(0, '127.0.0.1'), 'listening');
    const npm = join(checkout, 'npm');
    await writeFile(
      npm,
      `#!/usr/bin/env node
      const { mkdirSync, rmSync, writeFileSync } = require('node:fs');
      rmSync('node_modules', { recursive: true, force: true });
      mkdirSync('node_modules/a', { recursive: true });
      writeFileSync('node_modules/a/package.json', '{}');
      require('node:http').get('http://127.0.0.1:${(gate.address() as AddressInfo).port}', ({ statusCode }) => {
        if (statusCode === 200) writeFileSync('node_modules/.package-lock.json', '{"packages":{"node_modules/a":{}}}');
        process.exit(statusCode === 200 ? 0 : 7);
      });`,
    );
    await chmod(npm, 0o755);
    await writeFile(`${npm}.cmd`, `@node "${npm}" %*`);
  });
  afterEach(() => gate.close().closeAllConnections());

  function setUp() {
    const env = { ...process.env, PATH: `${checkout}${delimiter}${process.env['PATH']}` };
    const child = spawn(process.execPath, [join(checkout, 'scripts', 'setup.mjs')], { env });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
    return { child, ended };
  }
  /** The next `npm ci`, which waits for its answer. */
  function npmAtWork(): Promise<ServerResponse> {
    return new Promise((resolve) => (answer = resolve));
  }
  const done = { code: 0, stdout: '', stderr: '' };

  test('installs, on standard error only, and again when what is there is not what an installation left', async () => {
    expect(await setUp().ended).toEqual({ ...done, stderr: expect.stringContaining('Installing') });
    const changes: Record<string, () => Promise<void>> = {
      'another lock file': () => appendFile(join(checkout, 'package-lock.json'), '\n'),
      'a package is gone': () => rm(join(checkout, 'node_modules', 'a'), { recursive: true }),
      'npm changed packages': () => appendFile(join(checkout, 'node_modules', '.package-lock.json'), '\n'),
      'npm ci by hand': () => rm(join(checkout, 'node_modules', '.fettle-set-up')),
    };
    for (const [name, change] of Object.entries(changes)) {
      await change();
      const { code, stderr } = await setUp().ended;
      expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: expect.stringContaining('Installing') });
    }
    expect(await setUp().ended).toEqual(done);
  });

  test('fails with the way on when npm fails, and installs the next time', async () => {
    answer = (response) => response.writeHead(500).end();
    expect(await setUp().ended).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/npm ci ended with 7\..*run the command again/),
    });
    answer = (response) => response.end();
    expect(await setUp().ended).toMatchObject({ code: 0 });
  });

  test('waits for another one, and has nothing left to do then', async () => {
    const npm = npmAtWork();
    const first = setUp();
    const response = await npm;
    const second = setUp();
    await once(second.child.stderr, 'data');
    response.end();
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(await second.ended).toEqual({ ...done, stderr: expect.stringMatching(/^Another set-up is at work.*\n$/) });
  });

  test('takes over from one that was killed, once its npm has ended too', async () => {
    const npm = npmAtWork();
    const killed = setUp();
    const response = await npm;
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const next = setUp();
    await once(next.child.stderr, 'data');
    const again = npmAtWork();
    response.end();
    (await again).end();
    expect(await next.ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/Another.*Installing/s) });
  });

  test.skipIf(process.platform === 'win32')('ends with npm after Ctrl-C, not before it', async () => {
    const npm = npmAtWork();
    const { child, ended } = setUp();
    const response = await npm;
    child.kill('SIGINT');
    response.writeHead(500).end();
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('npm ci ended with 7') });
  });

  test('is not held up by what died under the id of this process, as ids come again in containers', async () => {
    const lock = join(checkout, 'setup.lock');
    await writeFile(lock, String(process.pid));
    await expect(withLock(pathToFileURL(lock), () => Promise.reject(new Error('taken')))).rejects.toThrow('taken');
  });

  test('warns of a Node that is too old', () => {
    const versions = ['9.11.2', '20.18.3', '20.19.0', '22.1.0'];
    expect(versions.filter((version) => warningAboutNode(version))).toEqual(['9.11.2', '20.18.3']);
  });
});

test('the lock file lacks no package of another platform; scripts/complete-lock.mjs puts in what npm left out', async () => {
  const file = join(checkout, 'package-lock.json');
  const text = await readFile(file, 'utf8');
  const lock = JSON.parse(text) as { packages: Record<string, unknown> };
  for (const name of [
    '@oxlint/binding-linux-arm-musleabihf',
    '@oxlint/binding-win32-x64-msvc',
    '@swc/core-darwin-arm64',
  ])
    delete lock.packages[`node_modules/${name}`];
  await writeFile(file, JSON.stringify(lock));
  spawnSync(process.execPath, [join(checkout, 'scripts', 'complete-lock.mjs')]);
  expect(await readFile(file, 'utf8')).toBe(text);
});
