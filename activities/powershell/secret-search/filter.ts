import { FIRM_ENOUGH, isFirm, type Pattern, type Unit } from './pattern.ts';
import { HEAD_UNITS, SHORTEST_CUT } from './scan.ts';

export interface Candidates<P extends Pattern> {
  /** May stand in the text. */
  whole: P[];
  /** Their beginning may be the text's end. */
  cut: P[];
}

interface Unkeyed<P> {
  pattern: P;
  needs: Uint16Array[][];
}

/** For each ASCII code: itself when it is firm, else 0. */
const FIRM = Uint8Array.from({ length: 128 }, (_, code) => (isFirm(String.fromCharCode(code)) ? code : 0));
/** Four characters are one number; of its product with this one, the upper bits tell numbers well apart. */
const SPREAD = 0x9e3779b1;

/** Tells in one pass over a text which of many patterns may stand in it: of the others the key is not there. */
export class Filter<P extends Pattern> {
  /** By the first four characters of the key. */
  readonly #keyed = new Map<number, P[]>();
  readonly #slots = new Uint8Array(0x1_00_00);
  /** Without a key: it must be looked whether all their characters stand somewhere in the text. */
  readonly #unkeyed: Unkeyed<P>[];
  readonly #cutUnkeyed: Unkeyed<P>[];
  /** For each character that is not firm: the last text in which it stood. */
  readonly #seen = new Uint32Array(0x1_00_00);
  #texts = 0;

  constructor(patterns: readonly P[]) {
    const unkeyed = (which: readonly P[], count: number): Unkeyed<P>[] =>
      which.map((pattern) => ({ pattern, needs: needsOf(pattern.units, count) }));
    this.#unkeyed = unkeyed(
      patterns.filter(({ key }) => key === ''),
      HEAD_UNITS,
    );
    this.#cutUnkeyed = unkeyed(
      patterns.filter(({ keyFirst }) => !keyFirst),
      SHORTEST_CUT,
    );
    for (const pattern of patterns.filter(({ key }) => key !== '')) {
      const number = Buffer.from(pattern.key, 'latin1').readInt32BE();
      this.#keyed.set(number, [...(this.#keyed.get(number) ?? []), pattern]);
      this.#slots[Math.imul(number, SPREAD) >>> 16] = 1;
    }
  }

  candidates(text: string): Candidates<P> {
    const firm = Buffer.allocUnsafe(text.length);
    const hits: { at: number; patterns: P[] }[] = [];
    let length = 0;
    let number = 0;
    this.#texts += 1;
    for (let place = 0; place < text.length; place += 1) {
      const code = text.charCodeAt(place);
      if (!FIRM[code]) {
        this.#seen[code] = this.#texts;
        continue;
      }
      firm[length] = code;
      length += 1;
      number = (number << 8) | code;
      if (this.#slots[Math.imul(number, SPREAD) >>> 16] !== 1) continue;
      const patterns = this.#keyed.get(number);
      if (patterns) hits.push({ at: length - FIRM_ENOUGH, patterns });
    }
    return this.#verified(firm.toString('latin1', 0, length), hits);
  }

  #verified(firm: string, hits: { at: number; patterns: P[] }[]): Candidates<P> {
    const seen = (unkeyed: Unkeyed<P>[]): P[] =>
      unkeyed.filter((one) => this.#isSeen(one)).map(({ pattern }) => pattern);
    const whole = new Set(seen(this.#unkeyed));
    const cut = new Set(seen(this.#cutUnkeyed));
    for (const { at, patterns } of hits) {
      for (const pattern of patterns) {
        if (whole.has(pattern)) continue;
        if (firm.startsWith(pattern.key, at)) whole.add(pattern);
        else if (pattern.keyFirst && pattern.key.startsWith(firm.slice(at, at + pattern.key.length))) cut.add(pattern);
      }
    }
    // The rest of a pattern whose key is there may be cut off as well.
    return { whole: [...whole], cut: [...new Set([...cut, ...whole])] };
  }

  #isSeen({ needs }: Unkeyed<P>): boolean {
    return needs.every((ways) => {
      for (const way of ways) if (this.#areSeen(way)) return true;
      return false;
    });
  }

  #areSeen(codes: Uint16Array): boolean {
    for (const code of codes) if (this.#seen[code] !== this.#texts) return false;
    return true;
  }
}

/** For each of the first units: the ways to write it, of each the characters that are not firm. */
function needsOf(units: readonly Unit[], count: number): Uint16Array[][] {
  const told = units.slice(0, count).filter(({ lost, letters }) => !lost && letters === '');
  const needs = told.map(({ ways }) => ways.map((way) => Uint16Array.from(oddCodes(way))));
  return needs.filter((ways) => ways.every((way) => way.length > 0));
}

function oddCodes(way: string): number[] {
  return way
    .split('')
    .map((unit) => unit.charCodeAt(0))
    .filter((code) => !FIRM[code]);
}
