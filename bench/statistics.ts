/** Quantiles of durations in milliseconds. */
export interface Spread {
  count: number;
  p50: number;
  p95: number;
}

export function spread(durations: readonly number[]): Spread {
  const sorted = durations.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { count: sorted.length, p50: at(0.5), p95: at(0.95) };
}

/** Jain's index of how evenly something was shared out: 1 when all got the same, 1/n when one got everything. */
export function fairness(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 0 : round((sum * sum) / (shares.length * squares));
}

/** Three digits after the point. */
export function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** How long each of `count` runs of `work` took, one after the other. */
export async function timeEach(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const durations: number[] = [];
  for (let turn = 0; turn < count; turn += 1) durations.push(await time(work));
  return durations;
}

export async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
