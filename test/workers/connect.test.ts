import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InvalidEnvironment } from '../../workers/config.ts';
import { temporalProfile } from '../../workers/connect.ts';

test('without configuration the profile is the default server and namespace', () => {
  const profile = temporalProfile({ variables: { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' } });
  expect(profile).toMatchObject({ address: 'localhost:7233', namespace: 'default' });
});

test('address, namespace and API key come from the variables, and a key means TLS', () => {
  const { address, namespace, connectionOptions } = temporalProfile({
    variables: {
      TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
      TEMPORAL_ADDRESS: 'plant.corp.example:7233',
      TEMPORAL_NAMESPACE: 'plant',
      TEMPORAL_API_KEY: 'a key',
    },
  });
  expect({ address, namespace }).toEqual({ address: 'plant.corp.example:7233', namespace: 'plant' });
  expect(connectionOptions).toMatchObject({ apiKey: 'a key', tls: true });
});

test('a configuration file that cannot be read is bad input with its reason', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-profile-'));
  try {
    const file = join(folder, 'temporal.toml');
    await writeFile(file, '[profile.default\naddress = ');
    const read = (): unknown => temporalProfile({ variables: { TEMPORAL_CONFIG_FILE: file } });
    expect(read).toThrow(InvalidEnvironment);
    expect(read).toThrow(/TEMPORAL_/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
