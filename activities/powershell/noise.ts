import { stripVTControlCharacters } from 'node:util';
import type { CallNoise } from './shell.ts';

const MAX_LINES = 50;
const MAX_LENGTH = 500;

export const NO_NOISE: CallNoise = { warnings: [], verbose: [], information: [], softErrors: [], stray: [] };

/** At most 50 lines of at most 500 characters, without terminal codes; what was left out is counted in a last line. */
export function capLines(lines: string[]): string[] {
  const clean = lines.map((line) => stripVTControlCharacters(line).trimEnd()).filter((line) => line !== '');
  const kept = clean
    .slice(0, MAX_LINES)
    .map((line) => (line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)} [cut]` : line));
  return clean.length > MAX_LINES ? [...kept, `[${clean.length - MAX_LINES} more lines left out]`] : kept;
}
