import type { PlannedWave, Target } from '../../model/plan.ts';

/**
 * Expected length of the run in milliseconds: each wave's targets start in order as soon as a slot and every key of `exclusive`
 * is free; the soak follows each wave but the last. `targets` holds only those that will have a turn.
 */
export function expectedLength(waves: PlannedWave[], targets: Map<string, Target>, soakMs: number): number {
  const lengths = waves.map((wave) =>
    waveLength(
      wave.targets.flatMap((id) => targets.get(id) ?? []),
      wave.concurrency,
    ),
  );
  return lengths.reduce((sum, length) => sum + length, 0) + soakMs * Math.max(waves.length - 1, 0);
}

function waveLength(targets: Target[], concurrency: number): number {
  const slots = Array.from({ length: Math.max(concurrency, 1) }, () => 0);
  const keyFreeAt = new Map<string, number>();
  let end = 0;
  for (const { exclusive, expectedMs } of targets) {
    const slot = slots.indexOf(Math.min(...slots));
    const start = Math.max(slots[slot] ?? 0, ...exclusive.map((key) => keyFreeAt.get(key) ?? 0));
    const done = start + expectedMs;
    slots[slot] = done;
    for (const key of exclusive) keyFreeAt.set(key, done);
    end = Math.max(end, done);
  }
  return end;
}
