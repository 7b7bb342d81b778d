import { base64In } from './base64.ts';
import { Filter } from './filter.ts';
import { layersOf, withoutCutEscape, type Layer } from './layers.ts';
import type { Pattern } from './pattern.ts';
import { HEAD_UNITS, scan, SHORTEST_CUT, type Span } from './scan.ts';

/** A pattern and the secret that it shows. */
export interface SecretPattern<S> extends Pattern {
  secret: S;
}

/** Where a secret stands in a text. */
export interface Found<S> extends Span {
  secret: S;
  /** False when only its beginning stands there, at the text's end. */
  whole: boolean;
}

export interface SearchOptions<S> {
  wanted: (secret: S) => boolean;
  /** Takes also for a secret what its beginning is, where the text ends with it. */
  cut: boolean;
}

/** Characters at the end of a text in which a secret that was cut off is looked for: a head with its escapes and margins. */
const CUT_WINDOW = 400;

/** Looks for many secrets at once: in a text, in all layers of its escapes, and in whatever base64 it holds. */
export class SecretSearch<S> {
  /** How often a unit of a pattern was compared with a place of a text, so far. */
  steps = 0;
  readonly #filter: Filter<SecretPattern<S>>;
  /** Characters below which no text holds a secret. */
  readonly #least: number;
  /** The same where the end of a text may have cut one off. */
  readonly #leastCut: number;
  readonly #empty: boolean;

  constructor(patterns: readonly SecretPattern<S>[]) {
    this.#filter = new Filter(patterns);
    this.#least = Math.min(HEAD_UNITS, ...patterns.map(({ units }) => units.length));
    this.#leastCut = Math.min(SHORTEST_CUT, this.#least);
    this.#empty = patterns.length === 0;
  }

  /** Every place at which a wanted secret stands; places may overlap. */
  find(text: string, options: SearchOptions<S>): Found<S>[] {
    if (this.#empty || text.length < (options.cut ? this.#leastCut : this.#least)) return [];
    return [...layersOf(text)].flatMap((layer) => [
      ...this.#inLayer(layer, options),
      ...this.#inBase64(layer, options),
    ]);
  }

  #inLayer(layer: Layer, { wanted, cut }: SearchOptions<S>): Found<S>[] {
    const candidates = this.#filter.candidates(layer.text);
    const whole = candidates.whole.filter(({ secret }) => wanted(secret));
    const found = whole.flatMap((pattern) => {
      return this.#scan(layer.text, pattern).spans.map((span) => ({ ...span, secret: pattern.secret, whole: true }));
    });
    const ends = cut ? candidates.cut.filter(({ secret }) => wanted(secret)) : [];
    const open = ends.flatMap((pattern) => this.#cutOff(layer.text, pattern));
    return [...found, ...open].map((one) => ({ ...one, from: layer.begin(one.from), to: layer.end(one.to - 1) }));
  }

  #cutOff(text: string, pattern: SecretPattern<S>): Found<S>[] {
    const window = Math.max(0, text.length - CUT_WINDOW);
    const ends = new Set([text.length, withoutCutEscape(text)]);
    return [...ends].flatMap((end) => {
      const { cutFrom } = this.#scan(text.slice(window, end), pattern);
      return cutFrom === null
        ? []
        : [{ from: window + cutFrom, to: text.length, secret: pattern.secret, whole: false }];
    });
  }

  #inBase64(layer: Layer, { wanted, cut }: SearchOptions<S>): Found<S>[] {
    const found: Found<S>[] = [];
    for (const decoded of base64In(layer.text, this.#least, cut ? this.#leastCut : this.#least)) {
      for (const inner of layersOf(decoded.text)) {
        for (const one of this.#inLayer(inner, { wanted, cut: cut && decoded.atEnd })) {
          const { from, to } = decoded.span(one.from, one.to);
          found.push({ ...one, from: layer.begin(from), to: layer.end(to - 1) });
        }
      }
    }
    return found;
  }

  #scan(text: string, pattern: Pattern): ReturnType<typeof scan> {
    const scanned = scan(text, pattern);
    this.steps += scanned.steps;
    return scanned;
  }
}
