import { stripVTControlCharacters } from 'node:util';
import type { CallRedaction } from '../secrets/redaction.ts';
import type { SideOutput } from './shell.ts';

const MAX_LINES = 50;
const MAX_LENGTH = 500;
/** Characters of one stream that are looked at; far more than the lines that are kept may have. */
const MAX_OUTPUT = 256 * 1024;

export const NO_SIDE_OUTPUT: SideOutput = { warnings: [], verbose: [], information: [], softErrors: [], stray: [] };

/** At most 50 lines of at most 500 characters, without terminal codes; what was left out is counted in a last line. */
export function capLines(lines: string[]): string[] {
  const clean = lines.map((line) => stripVTControlCharacters(line).trimEnd()).filter((line) => line !== '');
  const kept = clean
    .slice(0, MAX_LINES)
    .map((line) => (line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)} [cut]` : line));
  return clean.length > MAX_LINES ? [...kept, `[${clean.length - MAX_LINES} more lines left out]`] : kept;
}

/** The same for what a script said, without secrets. Only what is kept is searched: there may be very many lines. */
export function cleanLines(lines: string[], redaction: CallRedaction): string[] {
  const said = lines.filter((line) => stripVTControlCharacters(line).trim() !== '');
  const kept = said.slice(0, MAX_LINES).map((line) => redaction.output(stripVTControlCharacters(line)));
  return capLines([...kept, ...said.slice(MAX_LINES)]);
}

/** The same for raw output of streams. Secrets are taken out before lines are cut, so that no piece of one is left. */
export function capOutput(streams: string[], redaction: CallRedaction): string[] {
  return capLines(
    streams.flatMap((stream) => {
      const text = stripVTControlCharacters(stream.slice(0, MAX_OUTPUT));
      const lines = redaction.output(text).split('\n');
      const left = stream.length - MAX_OUTPUT;
      return left > 0 ? [...lines, `[${left} more characters left out]`] : lines;
    }),
  );
}
