import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Shell } from '../../activities/powershell/shell.ts';
import { shellBehaviour } from '../../lab/shell/index.ts';
import { generateInventory, startPlant, type PlantServer } from '../../lab/plant/index.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { HOSTILE, LARGE, LONE_SURROGATES } from './hostile-strings.ts';
import { LOCAL, NO_LOG, SHELLS, testShell } from './shells.ts';

const APP = 'app01.corp.example';
/** A real shell takes 7 ms a call and more. */
const LIMIT_MS = 120_000;

test('there are enough hostile texts, and all of them are different', () => {
  expect(HOSTILE.length).toBeGreaterThan(500);
  expect(new Set(HOSTILE).size).toBe(HOSTILE.length);
});

describe.each(SHELLS)('on $name', ({ executable, simulated, missing }) => {
  const skip = missing !== null;
  let folder: string;
  let plant: PlantServer;
  let shell: Shell;
  const starts: string[] = [];
  /** The texts, with the canary's path in those that would make the file. */
  let texts: string[] = [];

  beforeAll(async () => {
    if (skip) return;
    folder = await mkdtemp(join(tmpdir(), 'fettle-injection-'));
    texts = [...HOSTILE, ''].map((text) => text.replaceAll('$CANARY', join(folder, 'canary')));
    plant = await startPlant({ inventory: generateInventory(24, 7), seed: 7, scale: 1, faults: [] });
    const info = (message: string): void => void (message.includes('started') && starts.push(message));
    const environment = { ...process.env, FETTLE_PLANT_URL: plant.url };
    const log = { ...NO_LOG, info };
    // A second session would then be one that had lost the first.
    const limits = { callsPerSession: 1_000_000, memoryBytes: Number.MAX_SAFE_INTEGER };
    shell = testShell({ executable, simulatedShell: simulated, environment, log, limits });
  });
  afterAll(async () => {
    if (skip) return;
    await shell.close();
    await plant.close();
    await rm(folder, { recursive: true });
  });

  async function echo(value: unknown): Promise<unknown> {
    const outcome = await shell.call(shellBehaviour, LOCAL, { Behaviour: 'echo', Value: value });
    return outcome.kind === 'result' ? outcome.result.value : outcome;
  }

  /** Files that were made, sessions that had to be replaced, and effects on the plant. */
  async function effects(): Promise<unknown[]> {
    const journal = plant.plant.journal().filter(({ key }) => key !== '');
    return [...(await readdir(folder)), ...starts.slice(1), ...journal];
  }

  describe('a hostile text comes back equal, and nothing runs', { timeout: LIMIT_MS }, () => {
    test.skipIf(skip)('as a parameter', async () => {
      for (const text of texts) expect(await echo(text)).toBe(text);
      expect(await effects()).toEqual([]);
    });

    test.skipIf(skip)('in a list', async () => {
      expect(await echo(texts)).toEqual(texts);
      expect(await effects()).toEqual([]);
    });

    test.skipIf(skip)('deep in an object', async () => {
      const value = { a: texts.map((text) => ({ b: text, c: { d: [text, null] } })) };
      expect(await echo(value)).toEqual(value);
      expect(await effects()).toEqual([]);
    });

    test.skipIf(skip)('as the name of a field', async () => {
      const value = texts.map((text) => JSON.parse(`{${JSON.stringify(text)}:1}`) as unknown);
      expect(await echo(value)).toEqual(value);
      expect(await effects()).toEqual([]);
    });

    test.skipIf(skip)('of 100 KB', async () => {
      for (const text of LARGE) expect(await echo(text)).toBe(text);
      expect(await effects()).toEqual([]);
    });
  });

  describe('is refused before anything starts', () => {
    test.skipIf(skip)('where the contract lists what it takes', async () => {
      const none = texts.filter((text) => !/^[a-z]+$/.test(text));
      for (const text of none) {
        const outcome = await shell.call(shellBehaviour, LOCAL, { Behaviour: text as 'echo', Value: 1 });
        expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'parameters' });
      }
      expect(await effects()).toEqual([]);
    });

    test.skipIf(skip).each(LONE_SURROGATES.map((text) => [JSON.stringify(text), text]))(
      'half of a surrogate pair: %s',
      async (_name, text) => {
        for (const value of [text, [text], { a: { b: text } }, { [text]: 1 }]) {
          const outcome = await shell.call(shellBehaviour, LOCAL, { Behaviour: 'echo', Value: value });
          expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'parameters' });
          expect(outcome).toHaveProperty('message', expect.stringContaining('which UTF-8 cannot carry'));
        }
      },
    );

    test.skipIf(skip).each<[string, unknown]>([
      ['a number that is none', Number.NaN],
      ['no end of a number', [Number.POSITIVE_INFINITY]],
      ['a large integer', 10n],
      ['a gap in a list', [1, undefined]],
      ['a date', { at: new Date(0) }],
      ['bytes', Buffer.from('x')],
      ['a function', { run: () => 1 }],
    ])('what JSON would change on the way: %s', async (_name, value) => {
      const outcome = await shell.call(shellBehaviour, LOCAL, { Behaviour: 'echo', Value: value });
      expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'parameters' });
    });
  });

  describe('in the scripts of the patch window', { timeout: LIMIT_MS }, () => {
    test.skipIf(skip)('a name of a host that is none reaches no shell', async () => {
      for (const text of texts) {
        const outcome = await shell.call(SCRIPTS.getHostState, LOCAL, { HostName: text });
        // A plain word might be a host; the plant has none of that name.
        const kind = /^[a-z0-9]+$/.test(text) ? 'connect-failed' : 'contract-violation';
        expect({ text, kind: outcome.kind }).toEqual({ text, kind });
      }
      expect(await effects()).toEqual([]);
    });

    test.skipIf(skip)('a name of a service that is none starts nothing', async () => {
      for (const text of texts) {
        const outcome = await shell.call(SCRIPTS.startHostService, LOCAL, { HostName: APP, Name: text });
        expect({ text, kind: outcome.kind }).toEqual({
          text,
          kind: expect.stringMatching(/^(script-failed|contract-violation)$/),
        });
      }
      expect(await effects()).toEqual([]);
    });
  });
});

describe.each(Object.values(SCRIPTS).map((contract) => [contract.name, contract] as const))(
  'the contract of %s',
  (_name, { parameters }) => {
    test('takes no hostile name of a host or endpoint', () => {
      const problemsOf = (name: string): string[] => {
        const checked = parameters.safeParse({ HostName: name, EndpointName: name });
        return checked.success ? [] : checked.error.issues.map(({ path }) => String(path[0]));
      };
      const isTaken = (name: string): boolean => !problemsOf(name).some((field) => /^(Host|Endpoint)Name$/.test(field));
      expect(isTaken(APP)).toBe(true);
      expect(HOSTILE.filter((text) => !/^[a-z0-9]+$/.test(text)).filter(isTaken)).toEqual([]);
    });
  },
);
