import type { Pattern, Unit } from './pattern.ts';
import { beginningsOf, Reading } from './reading.ts';

export interface Span {
  from: number;
  /** The first character after it. */
  to: number;
}

export interface Scanned {
  spans: Span[];
  /** Where a match begins that the end of the text cut off. */
  cutFrom: number | null;
  /** How often a unit was compared with a place of the text: at most `HEAD_UNITS` + 1 times for each place. */
  steps: number;
}

/** Units that make a match. So much of a long secret is taken for a leak even when the rest is cut off. */
export const HEAD_UNITS = 32;
/** Units of a beginning, at the very end of a text, that are taken for a secret cut off. */
export const SHORTEST_CUT = 4;
/** Places ahead that are kept: more than the longest way to write a character. */
const AHEAD = 8;

/**
 * Finds a pattern in a text. All ways to read the text are followed at once: for each place there is at most one thread a
 * unit, the one that began first, so that the work grows with the text and never with the number of readings.
 */
export function scan(text: string, { units }: Pattern): Scanned {
  return new Scan(text, units).run();
}

class Scan {
  readonly #text: string;
  readonly #reading: Reading;
  readonly #units: readonly Unit[];
  readonly #head: number;
  /** For each of the places ahead and each unit that is expected next: where the thread began, or -1. */
  readonly #threads: Int32Array;
  #alive = 0;
  #steps = 0;

  constructor(text: string, units: readonly Unit[]) {
    this.#text = text;
    this.#reading = new Reading(text);
    this.#units = units;
    this.#head = Math.min(units.length, HEAD_UNITS);
    this.#threads = new Int32Array(AHEAD * (this.#head + 1)).fill(-1);
  }

  run(): Scanned {
    const spans: Span[] = [];
    const [first] = this.#units;
    const beginnings = first ? beginningsOf(first) : new Uint8Array(256);
    for (let place = 0; place < this.#text.length;) {
      if (this.#alive === 0 && beginnings[this.#text.charCodeAt(place) & 0xff] === 0) {
        place += 1;
        continue;
      }
      this.#advance(place);
      place += 1;
      const from = this.#take(place, this.#head);
      if (from < 0) continue;
      place = this.#follow(place);
      spans.push({ from, to: place });
      this.#threads.fill(-1);
      this.#alive = 0;
    }
    const expected = [...Array(this.#head).keys()].slice(SHORTEST_CUT);
    const open = expected.map((unit) => this.#take(this.#text.length, unit)).filter((from) => from >= 0);
    return { spans, cutFrom: open.length === 0 ? null : Math.min(...open), steps: this.#steps };
  }

  /** Moves every thread that has come to the place on, and begins a new one. */
  #advance(place: number): void {
    this.#reading.comeTo(place);
    this.#compare(0, place, place);
    if (this.#alive === 0) return;
    for (let expected = 1; expected < this.#head; expected += 1) {
      const from = this.#take(place, expected);
      if (from < 0) continue;
      this.#compare(expected, place, from);
      if (this.#reading.maySkip(this.#units[expected - 1])) this.#put(place + 1, expected, from);
    }
  }

  #compare(expected: number, place: number, from: number): void {
    const lengths = this.#lengthsOf(expected);
    for (let length = 1; lengths >> length > 0; length += 1) {
      if ((lengths >> length) & 1) this.#put(place + length, expected + 1, from);
    }
  }

  #lengthsOf(expected: number): number {
    const unit = this.#units[expected];
    if (!unit) return 0;
    this.#steps += 1;
    return this.#reading.lengthsOf(unit);
  }

  /** The head was found and ends here: where all of it ends that goes on like the secret. One thread is enough for that. */
  #follow(place: number): number {
    let end = place;
    for (let ahead = 1; ahead < AHEAD; ahead += 1) if (this.#take(place + ahead, this.#head) >= 0) end = place + ahead;
    let expected = this.#head;
    for (let at = end; at < this.#text.length;) {
      this.#reading.comeTo(at);
      const lengths = this.#lengthsOf(expected);
      // The longest: of a character that is written as several, none is left.
      const length = lengths === 0 ? 0 : 31 - Math.clz32(lengths);
      const before = this.#units[expected - 1];
      const doubles = length === 0 && this.#reading.doubles(before);
      const mayGoOn = length > 0 || doubles || (expected < this.#units.length && this.#reading.maySkip(before));
      if (!mayGoOn) break;
      at += Math.max(1, length);
      if (length > 0) expected += 1;
      if (length > 0 || doubles) end = at;
    }
    return end;
  }

  #put(place: number, expected: number, from: number): void {
    const index = (place % AHEAD) * (this.#head + 1) + expected;
    const there = this.#threads[index] ?? -1;
    if (there >= 0 && there <= from) return;
    if (there < 0) this.#alive += 1;
    this.#threads[index] = from;
  }

  #take(place: number, expected: number): number {
    const index = (place % AHEAD) * (this.#head + 1) + expected;
    const from = this.#threads[index] ?? -1;
    if (from < 0) return -1;
    this.#threads[index] = -1;
    this.#alive -= 1;
    return from;
  }
}
