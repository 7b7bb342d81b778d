import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generateInventory } from '../../lab/plant/inventory.ts';
import type { Organisation } from '../../model/organisation.ts';
import { loadOrganisation } from '../../workers/organisation/index.ts';
import { plan, resolve } from '../patch-window/plan/stage.ts';
import { exampleInventory } from './write-inventory.ts';

function example(): { organisation: Organisation; input: unknown } {
  const loaded = loadOrganisation(fileURLToPath(new URL('../../config', import.meta.url)));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  const file = new URL('../../runbooks/patch-window/example.json', import.meta.url);
  return { organisation: loaded.organisation, input: JSON.parse(readFileSync(file, 'utf8')) };
}

describe('the example organisation', () => {
  it('describes the simulated plant of 24 hosts with seed 1', () => {
    expect(example().organisation.inventory).toEqual(generateInventory(24, 1));
  });

  it('is laid out as `npx tsx test/config/write-inventory.ts` writes it', async () => {
    expect(readFileSync(new URL('../../config/inventory.yaml', import.meta.url), 'utf8')).toBe(
      await exampleInventory(),
    );
  });

  it('gives every redundancy group two members at least', () => {
    const { hosts } = example().organisation.inventory;
    const names = new Set(hosts.flatMap(({ redundancyGroup }) => redundancyGroup ?? []));
    expect(names.size).toBeGreaterThan(0);
    for (const name of names) expect(hosts.filter((host) => host.redundancyGroup === name).length).toBeGreaterThan(1);
  });

  it('is what the example input runs over: 24 targets of two sites in three waves, the canaries first', () => {
    const { organisation, input } = example();
    const resolved = resolve(input, organisation);
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
    const { targets, waves } = resolved.value;
    expect(targets).toHaveLength(24);
    expect(new Set(targets.map(({ site }) => site))).toEqual(new Set(['nordhavn', 'vestby']));
    expect(waves.map(({ canary }) => canary)).toEqual([true, false, false]);
    expect(waves.flatMap((wave) => wave.targets)).toHaveLength(24);
  });

  it('says of a plant that does not answer that there is nothing left to patch', () => {
    const { organisation, input } = example();
    const result = plan({ input, organisation, surveyed: [] });
    expect(result).toMatchObject({ ok: false, failure: 'PlanRefused' });
    expect(result.ok ? [] : result.problems).toHaveLength(24);
  });
});
