import { distance } from 'fastest-levenshtein';

/** Names that somebody may have meant, nearest first, at most three: no further off than a third of what was typed. */
export function closest(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, off: distance(wanted, name.toLowerCase()) }))
    .filter(({ off }) => off <= limit)
    .toSorted((a, b) => a.off - b.off || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}
