import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childEnvironment } from '../../../activities/powershell/child-environment.ts';
import { systemOutcome } from '../../../activities/powershell/outcome.ts';
import {
  environmentSecrets,
  fileSecrets,
  resolveSecrets,
  SecretProblem,
  type SecretSource,
} from '../../../activities/secrets/secrets.ts';
import { failureOf } from '../../../activities/step/outcome.ts';
import { shellBehaviour } from '../../../lab/shell/index.ts';
import { LOCAL, testShell } from '../../powershell/shells.ts';

const contract = { name: 'Set-Something', secrets: ['Password', 'Token'] };
const ENVIRONMENT = { CANARY: 'canary-12345', SHORT: 'abc', EMPTY: '' };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-secrets-'));
  await writeFile(join(folder, 'good'), '\uFEFFpass wörd\n');
  await writeFile(join(folder, 'key'), 'line one\nline two\n');
  await writeFile(join(folder, 'large'), 'x'.repeat(17 * 1024));
  await writeFile(join(folder, 'latin1'), Buffer.from([0x70, 0xe4, 0x73, 0x73]));
  await writeFile(join(folder, 'empty'), '');
  await mkdir(join(folder, 'folder'));
});
afterAll(() => rm(folder, { recursive: true }));

const resolve = (Password: unknown, more: SecretSource[] = []) =>
  resolveSecrets(contract, { Name: 'env:CANARY', Password }, [environmentSecrets(ENVIRONMENT), fileSecrets(), ...more]);

describe('a reference becomes its value', () => {
  test('from the environment, in the parameters that the contract names and in no other', async () => {
    expect(await resolve('env:CANARY')).toEqual({
      parameters: { Name: 'env:CANARY', Password: 'canary-12345' },
      secrets: [{ reference: 'env:CANARY', value: 'canary-12345' }],
    });
  });

  test.each([
    ['good', 'pass wörd'],
    ['key', 'line one\nline two'],
  ])('from the file %s, without its mark and last line break', async (file, value) => {
    const { parameters } = await resolve(`file:${join(folder, file)}`);
    expect(parameters.Password).toBe(value);
  });

  test('as the file is at that moment', async () => {
    const path = join(folder, 'rotated');
    await writeFile(path, 'before');
    await resolve(`file:${path}`);
    await writeFile(path, 'afterwards');
    expect((await resolve(`file:${path}`)).parameters.Password).toBe('afterwards');
  });

  test('from a further source', async () => {
    const vault: SecretSource = { scheme: 'vault', read: (name) => Promise.resolve(`value of ${name}`) };
    expect((await resolve('vault:kv/a', [vault])).parameters.Password).toBe('value of kv/a');
  });

  test.each([[undefined], [null]])('unless %s stands there', async (nothing) => {
    expect((await resolve(nothing)).secrets).toEqual([]);
  });
});

describe('a secret that cannot be used is told by its reference', () => {
  test.each([
    ['a variable that is not set', 'env:MISSING', 'env:MISSING is not set'],
    ['a variable that is set to nothing', 'env:EMPTY', 'env:EMPTY is not set'],
    ['a name that every object has', 'env:constructor', 'env:constructor is not set'],
    ['a value that is too short', 'env:SHORT', 'env:SHORT has fewer than 4 characters'],
    ['a path that is not absolute', 'file:secrets/a', 'no absolute path'],
  ])('%s', async (_name, reference, message) => {
    await expect(resolve(reference)).rejects.toThrow(message);
  });

  test.each([
    ['missing', 'ENOENT'],
    ['folder', 'is not a file'],
    ['large', 'is larger than 16384 bytes'],
    ['latin1', 'is not UTF-8'],
    ['empty', 'has fewer than 4 characters'],
  ])('the file %s', async (file, message) => {
    const path = join(folder, file);
    const problem = await resolve(`file:${path}`).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(SecretProblem);
    expect(String(problem)).toContain(message);
    expect(String(problem)).toContain(path);
  });

  test.each([['hunter2-hunter2'], ['C:\\temp'], ['vault:kv/a'], ['env:'], [12345], [['env:CANARY']]])(
    '%j is no reference, and is not repeated',
    async (given) => {
      const problem = await resolve(given).catch((error: unknown) => error);
      expect(String(problem)).toContain('The parameter Password of Set-Something must name its secret by a reference');
      expect(String(problem)).not.toMatch(/hunter2|temp|kv|12345|CANARY/);
    },
  );
});

test('a call whose secret is missing sends nothing and fails as SecretMissing, without a retry', async () => {
  const started: string[] = [];
  const note = (text: string): void => void started.push(text);
  const shell = testShell({ environment: {}, log: { debug: note, info: note, warn: note } });
  const withSecret = { ...shellBehaviour, secrets: ['Value'] };
  const outcome = await shell.call(withSecret, LOCAL, { Behaviour: 'echo', Value: 'env:MISSING' });
  await shell.close();
  expect(outcome).toMatchObject({ kind: 'not-sent', type: 'SecretMissing' });
  expect(started.filter((text) => text.includes('started'))).toEqual([]);
  const ended = systemOutcome(outcome);
  if (ended.kind === 'result') throw new Error('nothing should have run');
  const thrown = failureOf(withSecret, 'app01.corp.example', ended);
  expect(thrown).toMatchObject({ type: 'SecretMissing', nonRetryable: true });
  expect(thrown.message).toContain('env:MISSING');
});

test('PowerShell inherits what it needs and no secret', () => {
  const given = {
    PATH: '/bin',
    Path: 'C:\\Windows',
    LC_ALL: 'C',
    DOTNET_ROOT: '/d',
    CANARY: 'x',
    TEMPORAL_API_KEY: 'y',
    SSH_AUTH_SOCK: '/run/agent',
    SSH_AGENT_PID: '7',
  };
  const fixed = { TERM: 'dumb', NO_COLOR: '1' };
  expect(childEnvironment({ ...given, NODE_POWERSHELL: '/x', TERM: 'xterm', HOME: undefined })).toEqual({
    ...fixed,
    PATH: '/bin',
    Path: 'C:\\Windows',
    LC_ALL: 'C',
    DOTNET_ROOT: '/d',
  });
});
