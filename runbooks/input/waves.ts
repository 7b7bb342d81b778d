import type { InventoryHost } from '../../model/inventory.ts';
import type { PlannedWave } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import type { z } from 'zod';
import type { Parsed } from '../../model/parsed.ts';
import type { wave as waveSchema } from './wave-fields.ts';

type WaveInput = z.output<typeof waveSchema>;

const WEIGHT = { low: 0, medium: 1, high: 2 } as const;

/**
 * Splits the targets into waves, each target into exactly one. Within a wave the less critical hosts start first, then by name;
 * members of one redundancy group may share a wave, since their turns exclude each other anyway.
 * A later wave for which the earlier ones left nothing is left out. A first wave without a host, a tag that no target has,
 * concurrency above `maxConcurrency`, a canary after another wave, and a target in no wave are problems.
 */
export function makeWaves(waves: WaveInput[], targets: InventoryHost[], maxConcurrency: number): Parsed<PlannedWave[]> {
  const problems: Problem[] = [];
  let left = targets.toSorted((a, b) => WEIGHT[a.criticality] - WEIGHT[b.criticality] || a.name.localeCompare(b.name));
  const planned = waves.map((wave, index): PlannedWave => {
    const members = take(wave, left, targets.length);
    left = left.filter((host) => !members.includes(host));
    const canary = wave.canary ?? index === 0;
    const hasHosts = members.length > 0 || (index > 0 && isTagOfSome(wave, targets));
    problems.push(...waveProblems(wave, index, hasHosts, waves, maxConcurrency));
    return {
      name: wave.name ?? (index === 0 && canary ? 'canary' : `wave ${index + 1}`),
      canary,
      concurrency: Math.min(wave.concurrency ?? maxConcurrency, Math.max(members.length, 1)),
      targets: members.map(({ name }) => name),
    };
  });
  problems.push(...sameNames(planned), ...leftOver(left));
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: planned.filter(({ targets: members }) => members.length > 0) };
}

/** A tag that no target has is more likely misspelt than meant; other sizes name no host. */
function isTagOfSome({ tag }: WaveInput, targets: InventoryHost[]): boolean {
  return tag === undefined || targets.some(({ tags }) => tags.includes(tag));
}

function take(wave: WaveInput, left: InventoryHost[], all: number): InventoryHost[] {
  const { tag } = wave;
  if (tag !== undefined) return left.filter((host) => host.tags.includes(tag));
  if (wave.rest === true) return left;
  return left.slice(0, wave.count ?? Math.ceil((all * (wave.percent ?? 0)) / 100));
}

function waveProblems(
  wave: WaveInput,
  index: number,
  hasHosts: boolean,
  waves: WaveInput[],
  maxConcurrency: number,
): Problem[] {
  const at = `waves[${index}]`;
  const problems: Problem[] = [];
  if (!hasHosts) {
    const message = wave.tag === undefined ? 'the wave takes no target' : `no target has the tag ${wave.tag}`;
    problems.push({ path: at, message, expected: 'a wave that takes at least one target, or no such wave' });
  }
  if (wave.rest === true && index < waves.length - 1) {
    problems.push({
      path: `${at}.rest`,
      message: 'the wave takes all that is left, and others follow it',
      expected: 'rest: true in the last wave only',
    });
  }
  if (wave.concurrency !== undefined && wave.concurrency > maxConcurrency) {
    const message = `${wave.concurrency} hosts at once are more than the policies allow`;
    problems.push({
      path: `${at}.concurrency`,
      message,
      expected: `1 to ${maxConcurrency} (maxConcurrency in config/policies.yaml)`,
    });
  }
  const before = waves.slice(0, index).some((earlier, position) => !(earlier.canary ?? position === 0));
  if (wave.canary === true && before) {
    problems.push({
      path: `${at}.canary`,
      message: 'a canary wave after other waves proves nothing to them',
      expected: 'canary waves first',
    });
  }
  return problems;
}

function sameNames(waves: PlannedWave[]): Problem[] {
  return waves.flatMap(({ name }, index) => {
    if (waves.findIndex((wave) => wave.name === name) === index) return [];
    return [
      {
        path: `waves[${index}].name`,
        message: `two waves are called ${name}`,
        expected: 'a name of its own for each wave',
      },
    ];
  });
}

function leftOver(left: InventoryHost[]): Problem[] {
  if (left.length === 0) return [];
  const message = `no wave takes ${left.map(({ name }) => name).join(', ')}`;
  return [{ path: 'waves', message, expected: 'a last wave with rest: true, or larger waves' }];
}
