import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childEnvironment } from '../../../activities/powershell/child-environment.ts';
import { resolveSecrets } from '../../../activities/secrets/secrets.ts';
import { Refusal } from '../../../activities/step/refusal.ts';

const contract = { name: 'Set-Something', secrets: ['Password', 'Token'] };
const ENVIRONMENT = { CANARY: 'canary-12345', SHORT: 'abc', EMPTY: '' };
const FILES = {
  good: '\uFEFFpass wörd\n',
  key: 'line one\nline two\n',
  latin1: Buffer.from([0x70, 0xe4, 0x73, 0x73]),
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-secrets-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true }));

const resolve = (Password: unknown) => resolveSecrets(contract, { Name: 'env:CANARY', Password }, ENVIRONMENT);

describe('a reference becomes its value', () => {
  test('in the parameters that the contract names and in no other', async () => {
    expect(await resolve('env:CANARY')).toEqual({
      parameters: { Name: 'env:CANARY', Password: 'canary-12345' },
      secrets: [{ reference: 'env:CANARY', value: 'canary-12345' }],
    });
    expect((await resolve(null)).secrets).toEqual([]);
  });

  test('from a file as it is at that moment, without its mark and last line break', async () => {
    const path = join(folder, 'good');
    expect((await resolve(`file:${path}`)).parameters.Password).toBe('pass wörd');
    await writeFile(path, FILES.key);
    expect((await resolve(`file:${path}`)).parameters.Password).toBe('line one\nline two');
  });
});

describe('a secret that cannot be used is told by its reference', () => {
  test.each([
    ['a variable that is not set', 'env:MISSING', 'env:MISSING is not set'],
    ['a variable that is set to nothing', 'env:EMPTY', 'env:EMPTY is not set'],
    ['a value that is too short', 'env:SHORT', 'env:SHORT has fewer than 4 characters'],
    ['a file that is missing', 'file:<folder>/missing', '/missing cannot be read (ENOENT)'],
    ['a folder', 'file:<folder>', 'cannot be read (EISDIR)'],
    ['a file of another encoding', 'file:<folder>/latin1', '/latin1 is not UTF-8'],
  ])('%s', async (_name, reference, message) => {
    const problem: unknown = await resolve(reference.replace('<folder>', folder)).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Refusal);
    expect(String(problem)).toContain(message);
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

test('PowerShell inherits what it needs and no secret', () => {
  const needed = { PATH: '/bin', Path: 'C:\\Windows', LC_ALL: 'C', DOTNET_ROOT: '/d' };
  const others = {
    CANARY: 'x',
    TEMPORAL_API_KEY: 'y',
    SSH_AUTH_SOCK: '/run/agent',
    NODE_POWERSHELL: '/x',
    TERM: 'xterm',
  };
  expect(childEnvironment({ ...needed, ...others, HOME: undefined })).toEqual({
    TERM: 'dumb',
    NO_COLOR: '1',
    ...needed,
  });
});
