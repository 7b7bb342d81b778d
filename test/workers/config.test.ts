import { availableParallelism } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutDir } from '../../workers/checkout.ts';
import { InvalidEnvironment, readEnvironment } from '../../workers/config.ts';

test('an empty environment gives the defaults', () => {
  expect(readEnvironment({ HOME: '/home/kim' }, 'linux')).toMatchObject({
    configDir: join(checkoutDir, 'config'),
    pwsh: null,
    pwshSessions: Math.max(2, availableParallelism()),
    metricsAddress: null,
    plantUrl: null,
    logLevel: 'info',
    cacheDir: '/home/kim/.cache/fettle',
    temporalCli: null,
    searchPath: [],
    temporalConfigured: false,
  });
});

test('every variable that is wrong is named at once, with what would be right', () => {
  const variables = {
    FETTLE_PWSH_SESSIONS: '0',
    FETTLE_PLANT_URL: 'ftp://plant',
    FETTLE_LOG_LEVEL: 'loud',
    FETTLE_METRICS: 'here',
  };
  const read = (): unknown => readEnvironment(variables);
  expect(read).toThrow(InvalidEnvironment);
  expect(read).toThrow(
    expect.objectContaining({
      type: 'InvalidInput',
      problems: [
        { path: 'FETTLE_PWSH_SESSIONS', message: 'is less than 1', expected: expect.stringContaining('1 to 64') },
        { path: 'FETTLE_PLANT_URL', message: 'is not an http address', expected: expect.stringContaining('http://') },
        { path: 'FETTLE_LOG_LEVEL', message: 'is no log level', expected: expect.stringContaining('info, warn') },
        {
          path: 'FETTLE_METRICS',
          message: 'is no address with a port',
          expected: expect.stringContaining('127.0.0.1:'),
        },
      ],
    }),
  );
});

test('a variable that is set to nothing counts as not set', () => {
  const environment = readEnvironment({ FETTLE_PLANT_URL: '', FETTLE_LOG_LEVEL: ' ', NO_COLOR: '' });
  expect(environment).toMatchObject({ plantUrl: null, logLevel: 'info' });
});

test('variables are taken as they are meant', () => {
  const environment = readEnvironment({
    FETTLE_CONFIG: 'elsewhere',
    FETTLE_PWSH: '/opt/pwsh',
    FETTLE_PWSH_SESSIONS: '6',
    FETTLE_METRICS: '127.0.0.1:9464',
    FETTLE_PLANT_URL: 'http://127.0.0.1:8080/',
    FETTLE_LOG_LEVEL: 'debug',
    FETTLE_CACHE: '/var/cache/fettle',
    TEMPORAL_CLI_PATH: '/opt/temporal',
    PATH: ['/usr/bin', '', '/bin'].join(delimiter),
    TEMPORAL_ADDRESS: 'temporal.corp.example:7233',
    NO_COLOR: '1',
  });
  expect(environment).toMatchObject({
    configDir: resolve('elsewhere'),
    pwsh: '/opt/pwsh',
    pwshSessions: 6,
    metricsAddress: '127.0.0.1:9464',
    plantUrl: 'http://127.0.0.1:8080',
    logLevel: 'debug',
    cacheDir: '/var/cache/fettle',
    temporalCli: '/opt/temporal',
    searchPath: ['/usr/bin', '/bin'],
    temporalConfigured: true,
  });
});

test.each([
  ['linux', { HOME: '/home/kim', XDG_CACHE_HOME: '/scratch' }, '/scratch/fettle'],
  ['darwin', { HOME: '/Users/kim' }, '/Users/kim/Library/Caches/fettle'],
  ['win32', { LOCALAPPDATA: '/local', USERPROFILE: '/kim' }, '/local/fettle'],
  ['win32', { USERPROFILE: '/kim' }, '/kim/AppData/Local/fettle'],
] as const)('the cache is where %s keeps what can be fetched again', (platform, variables, expected) => {
  expect(readEnvironment(variables, platform).cacheDir).toBe(join(expected));
});
