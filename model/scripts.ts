/** Digits of a SHA-256 that travel and are shown: nobody finds a second file for so many. */
const DIGITS = 16;

/** Hashes by file name, short enough for every request of a turn. */
export function cutHashes(scripts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(scripts).map(([file, hash]) => [file, hash.slice(0, DIGITS)]));
}
