import type { Unit } from './pattern.ts';

/** Characters of the margin that an error view puts at the beginning of a line. */
const MARGIN = 50;
const [BACKSLASH, BACKTICK, QUESTION, BAR, SPACE, TAB, LF, CR] = [0x5c, 0x60, 0x3f, 0x7c, 0x20, 0x09, 0x0a, 0x0d];

const isEscape = (code: number): boolean => code === BACKSLASH || code === BACKTICK;
const isLost = (code: number): boolean => code > 0x7f || code === QUESTION;
const isLineEnd = (code: number): boolean => code === LF || code === CR;

/** Tells quickly of most characters that no way to write the unit begins with them: by the lower byte of their code. */
export function beginningsOf({ ways, letters, lost }: Unit): Uint8Array {
  const beginnings = new Uint8Array(256).fill(lost ? 1 : 0);
  for (const code of [...ways.map((way) => way.charCodeAt(0)), ...Buffer.from(letters)]) beginnings[code & 0xff] = 1;
  return beginnings;
}

/** A text that is read place by place, and what may stand for a unit, or between two of them, at the place that was come to. */
export class Reading {
  readonly #text: string;
  #place = 0;
  #code = 0;
  /** How many characters of a margin may still come. */
  #margin = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Comes to a place. The places are to be come to one after another, since a margin follows a line's end. */
  comeTo(place: number): void {
    this.#place = place;
    this.#code = this.#text.charCodeAt(place);
    const isBlank = this.#code === SPACE || this.#code === TAB || this.#code === BAR;
    if (isLineEnd(this.#code)) this.#margin = MARGIN;
    else this.#margin = isBlank ? Math.max(0, this.#margin - 1) : 0;
  }

  /** The lengths of what may stand for the unit here: bit 1 for one character, bit 2 for two and so on. */
  lengthsOf(unit: Unit): number {
    let lengths = (unit.lost && isLost(this.#code)) || this.#isLetter(unit) ? 2 : 0;
    for (const way of unit.ways) {
      if (way.charCodeAt(0) !== this.#code) continue;
      if (way.length === 1 || this.#text.startsWith(way, this.#place)) lengths |= 1 << way.length;
    }
    return lengths;
  }

  /** The character doubles the unit that came before it. */
  doubles(before: Unit | undefined): boolean {
    return before?.again === this.#text.charAt(this.#place);
  }

  /** What may stand after a unit: an escape, a line's end with a margin, a doubled quote, more of what was lost. */
  maySkip(before: Unit | undefined): boolean {
    if (isEscape(this.#code) || isLineEnd(this.#code) || this.#margin > 0 || this.doubles(before)) return true;
    return before !== undefined && ((before.lost && isLost(this.#code)) || this.#isLetter(before));
  }

  #isLetter({ letters }: Unit): boolean {
    if (letters === '' || !letters.includes(this.#text.charAt(this.#place))) return false;
    return isEscape(this.#text.charCodeAt(this.#place - 1));
  }
}
