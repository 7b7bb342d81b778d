import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InventoryHost } from '../../../model/inventory.ts';
import { parseInput } from '../../../runbooks/input/shared.ts';
import { makeWaves } from '../../../runbooks/input/waves.ts';
import { patchWindowInput, type PatchWindowInput } from '../../../runbooks/patch-window/input.ts';
import { host, input } from './stage.ts';

function waveInput(waves: unknown[]): PatchWindowInput['waves'] {
  const parsed = parseInput(patchWindowInput, input({ waves }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value.waves;
}

function make(waves: unknown[], hosts: InventoryHost[], maxConcurrency = 8) {
  return makeWaves(waveInput(waves), hosts, maxConcurrency);
}

function madeWaves(list: unknown[], hosts: InventoryHost[], maxConcurrency = 8) {
  const made = make(list, hosts, maxConcurrency);
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.value;
}

function paths(list: unknown[], hosts: InventoryHost[], maxConcurrency = 8): string[] {
  const made = make(list, hosts, maxConcurrency);
  return made.ok ? [] : made.problems.map(({ path }) => path);
}

const five = ['app01', 'app02', 'app03', 'app04', 'app05'].map((name) => host(name));

const anyHosts = fc
  .uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 40 })
  .chain((numbers) =>
    fc.tuple(
      ...numbers.map((number) =>
        fc
          .record({ criticality: fc.constantFrom('low', 'medium', 'high'), tag: fc.constantFrom('a', 'b', 'canary') })
          .map(({ criticality, tag }) => host(`srv${number}`, { criticality, tags: [tag] })),
      ),
    ),
  );
const anySize = fc.oneof(
  fc.integer({ min: 1, max: 15 }).map((count) => ({ count })),
  fc.integer({ min: 1, max: 100 }).map((percent) => ({ percent })),
  fc.constantFrom('a', 'b', 'canary').map((tag) => ({ tag })),
);
const anyWave = fc
  .tuple(anySize, fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }))
  .map(([size, concurrency]) => (concurrency === undefined ? size : { ...size, concurrency }));

describe('waves', () => {
  it('take every target exactly once, or say which ones no wave takes', () => {
    fc.assert(
      fc.property(anyHosts, fc.array(anyWave, { minLength: 1, maxLength: 5 }), (hosts, list) => {
        const made = make([...list, { rest: true, name: 'the rest' }], hosts);
        const rest = make(list, hosts);
        const names = hosts.map(({ name }) => name).toSorted();
        const taken = made.ok ? made.value.flatMap((wave) => wave.targets).toSorted() : names;
        expect(taken).toEqual(names);
        // A last wave for the rest is there just when the others are told that they miss some.
        const missed = !rest.ok && rest.problems.some(({ path }) => path === 'waves');
        if (made.ok) expect(made.value.at(-1)?.name === 'the rest').toBe(missed);
      }),
    );
  });

  it('keep counts, concurrency, the canary first, and less critical hosts before others', () => {
    const weight = { low: 0, medium: 1, high: 2 };
    fc.assert(
      fc.property(anyHosts, fc.array(anyWave, { maxLength: 3 }), (hosts, list) => {
        const named = list.map((wave, index) => ({ ...wave, name: `asked ${index}` }));
        const made = make([...named, { rest: true }], hosts);
        if (!made.ok) return;
        const byName = new Map(hosts.map((one) => [one.name, weight[one.criticality]]));
        for (const [index, wave] of made.value.entries()) {
          const asked: { count?: number; percent?: number; tag?: string } =
            named.find(({ name }) => name === wave.name) ?? {};
          const share = Math.ceil((hosts.length * (asked.percent ?? 100)) / 100);
          expect(wave.targets.length).toBeLessThanOrEqual(asked.count ?? share);
          expect(wave.concurrency).toBeGreaterThanOrEqual(1);
          expect(wave.concurrency).toBeLessThanOrEqual(Math.min(8, wave.targets.length));
          expect(wave.canary).toBe(index === 0);
          const weights = wave.targets.map((name) => byName.get(name) ?? -1);
          expect(weights).toEqual(weights.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('do not depend on the order of the targets', () => {
    fc.assert(
      fc.property(anyHosts, (hosts) => {
        const list = [{ percent: 20 }, { rest: true }];
        expect(make(list, hosts.toReversed())).toEqual(make(list, hosts));
      }),
    );
  });

  it('round a percentage of all targets up', () => {
    expect(madeWaves([{ percent: 21 }, { rest: true }], five).map(({ targets }) => targets.length)).toEqual([2, 3]);
  });

  it('are left out where the earlier ones left nothing', () => {
    const tagged = five.map((one) => ({ ...one, tags: ['a'] }));
    const list = [{ count: 5 }, { tag: 'a' }, { percent: 50 }, { rest: true }];
    expect(madeWaves(list, tagged).map(({ targets }) => targets.length)).toEqual([5]);
  });

  it('are named after their place, the first one canary', () => {
    expect(madeWaves([{ count: 1 }, { rest: true }], five).map(({ name, canary }) => [name, canary])).toEqual([
      ['canary', true],
      ['wave 2', false],
    ]);
  });

  it('may do without a canary', () => {
    expect(madeWaves([{ rest: true, canary: false }], five)[0]).toMatchObject({ name: 'wave 1', canary: false });
  });

  it.each<[string, unknown[], string]>([
    ['targets that no wave takes', [{ count: 2 }], 'waves'],
    ['a tag that no target has', [{ tag: 'nothing' }, { rest: true }], 'waves[0]'],
    ['more concurrency than the policies allow', [{ rest: true, concurrency: 9 }], 'waves[0].concurrency'],
    [
      'a canary after other waves',
      [
        { count: 1, canary: false },
        { rest: true, canary: true },
      ],
      'waves[1].canary',
    ],
    [
      'two waves of one name',
      [
        { count: 1, name: 'x' },
        { rest: true, name: 'x' },
      ],
      'waves[1].name',
    ],
  ])('are refused for %s', (_name, list, path) => {
    expect(paths(list, five)).toEqual([path]);
  });

  it('name the hosts that no wave takes', () => {
    const made = make([{ count: 4 }], five);
    expect(made.ok ? '' : made.problems[0]?.message).toBe('no wave takes app05.corp.example');
  });

  it('refuse waves after the one that takes the rest', () => {
    expect(paths([{ rest: true }, { count: 1 }], five)).toContain('waves[0].rest');
  });
});
