import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PAYLOAD_LIMITS } from '../../model/payload-limits.ts';
import { SEARCH_ATTRIBUTES } from '../../model/search-attributes.ts';
import { checkoutDir } from '../../workers/checkout.ts';

// There is no container engine where these tests run: they hold what can be read off the files.
interface Service {
  image?: string;
  build?: string;
  command?: string[];
  configs?: { source: string; target: string }[];
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string>;
  healthcheck?: unknown;
  ports?: string[];
  secrets?: string[];
  volumes?: string[];
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
  configs: Record<string, { content: string }>;
}

let compose: Compose;
let dockerfile: string[];
beforeAll(async () => {
  compose = parse(await readFile(join(checkoutDir, 'docker-compose.yml'), 'utf8')) as Compose;
  dockerfile = (await readFile(join(checkoutDir, 'Dockerfile'), 'utf8')).split('\n');
});

const oneShots = (): string[] =>
  Object.values(compose.services)
    .flatMap(({ depends_on = {} }) => Object.entries(depends_on))
    .flatMap(([name, { condition }]) => (condition === 'service_completed_successfully' ? [name] : []));

test('every image is pinned to a full version', () => {
  const pulled = Object.values(compose.services).flatMap(({ image = '', build }) =>
    build === undefined ? [image] : [],
  );
  const bases = dockerfile.flatMap((line) => /^FROM (\S+)/.exec(line)?.[1] ?? []);
  for (const image of [...pulled, ...bases]) expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-\w+)*$/);
});

test('every service that stays has a health check, and none is open to other machines', () => {
  for (const [name, { healthcheck, ports = [] }] of Object.entries(compose.services)) {
    if (!oneShots().includes(name))
      expect({ name, healthcheck }).toMatchObject({ healthcheck: { test: expect.any(Array) } });
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});

test('secrets are files: no variable holds one, and every one that is used is declared', () => {
  for (const { environment = {}, secrets = [] } of Object.values(compose.services)) {
    const suspicious = Object.keys(environment).filter(
      (name) => /PASSWORD|PWD|KEY|TOKEN/.test(name) && !name.endsWith('_FILE'),
    );
    expect(suspicious).toEqual([]);
    for (const secret of secrets) expect(compose.secrets).toHaveProperty([secret, 'file']);
  }
});

test('what must survive a container is in a named volume that is declared', () => {
  const named = Object.values(compose.services).flatMap(({ volumes = [] }) =>
    volumes.filter((volume) => !volume.startsWith('.')),
  );
  expect(named.map((volume) => volume.split(':')[0])).toEqual(Object.keys(compose.volumes));
});

test('the namespace gets every search attribute of the model with its type', () => {
  const lines = compose.services['namespace']?.command?.join('\n').split('\n') ?? [];
  const made = lines.flatMap((line) => /^attribute (\S+) (\S+)$/.exec(line.trim())?.slice(1).join(' ') ?? []);
  const types = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' };
  expect(made).toEqual(Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => `${name} ${types[type]}`));
});

test('the server gets the limits of payloads that runs are made for, by its dynamic configuration', () => {
  const { environment = {}, configs = [] } = compose.services['temporal'] ?? {};
  const mounted = configs.find(({ target }) => target === environment['DYNAMIC_CONFIG_FILE_PATH']);
  const dynamic = parse(compose.configs[mounted?.source ?? '']?.content ?? '') as Record<string, { value: number }[]>;
  const limits = Object.entries(dynamic).map(([key, values]) => [key, values[0]?.value]);
  expect(Object.fromEntries(limits)).toEqual(PAYLOAD_LIMITS);
});

test('the worker does not run as root and its image lacks no folder of the sources', () => {
  expect(dockerfile.findLastIndex((line) => line.startsWith('USER '))).toBeGreaterThan(
    dockerfile.findLastIndex((line) => line.startsWith('RUN ')),
  );
  expect(dockerfile).not.toContain('USER root');
  const copied = dockerfile.flatMap((line) => /^COPY ([a-z]+) \.\/\1$/.exec(line)?.[1] ?? []);
  expect(copied.toSorted()).toEqual(['activities', 'bin', 'cli', 'lab', 'model', 'runbooks', 'workers', 'workflows']);
});
