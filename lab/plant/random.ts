/** A small seeded generator (mulberry32): the same seed gives the same plant. Not for secrets. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A number between the two, both in the caller's unit. */
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
}

/** `scope` (a host's name, say) gives independent streams for one seed, so that one host's use does not shift another's. */
export function seededRandom(seed: number, scope = ''): Random {
  let state = scopedSeed(seed, scope);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    chance: (probability) => next() < probability,
  };
}

/** FNV-1a over both. */
function scopedSeed(seed: number, scope: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}/${scope}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash | 0;
}
