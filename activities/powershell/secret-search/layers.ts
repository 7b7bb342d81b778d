/** A text with some of its escapes decoded; each of its characters knows where it stands in the first text. */
export interface Layer {
  text: string;
  /** Where the character at an index begins in the first text. */
  begin: (index: number) => number;
  /** Where it ends there. */
  end: (index: number) => number;
}

/** How often a text may be escaped over. Each layer costs no more than the text is long. */
const MOST_LAYERS = 8;
// Every alternative is short and bounded: no run of characters is read twice.
const ESCAPE =
  /\0|\\u([0-9a-f]{4})|_x([0-9a-f]{4})_|&(?:(amp|lt|gt|quot|apos)|#(\d{1,10})|#x([0-9a-f]{1,10}));|%([0-9a-f]{2})/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const MAY_HOLD_ESCAPE = /[\0\\_&%]/;
/** An escape that the end of a text cut off. */
const CUT_OFF = /(?:\\u?[0-9a-f]{0,3}|_x?[0-9a-f]{0,4}|&(?:[a-z]{0,4}|#\d{0,10}|#x[0-9a-f]{0,10})|%[0-9a-f]?)$/i;
/** Characters of the longest escape. */
const LONGEST_ESCAPE = 14;

/**
 * The text itself, then with its escapes of JSON, CLIXML, XML and URLs decoded once, twice and so on. URLs give bytes; the
 * zero bytes of UTF-16 are left out. Other escape characters stay: `\"` is read by who compares.
 */
export function* layersOf(text: string): Generator<Layer> {
  let layer: Layer | null = { text, begin: (index) => index, end: (index) => index + 1 };
  for (let count = 0; layer && count < MOST_LAYERS; count += 1) {
    yield layer;
    layer = decoded(layer);
  }
}

function decoded(layer: Layer): Layer | null {
  const { text } = layer;
  if (!MAY_HOLD_ESCAPE.test(text)) return null;
  const escapes = [...text.matchAll(ESCAPE)];
  if (escapes.length === 0) return null;
  const parts: string[] = [];
  const begins = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let length = 0;
  const place = (part: string, from: number, to: number): void => {
    parts.push(part);
    begins.fill(layer.begin(from), length, length + part.length);
    ends.fill(layer.end(to - 1), length, length + part.length);
    length += part.length;
  };
  let from = 0;
  const keep = (to: number): void => {
    parts.push(text.slice(from, to));
    for (let index = from; index < to; index += 1, length += 1) {
      begins[length] = layer.begin(index);
      ends[length] = layer.end(index);
    }
  };
  for (const match of escapes) {
    keep(match.index);
    from = match.index + match[0].length;
    place(characterOf(match), match.index, from);
  }
  keep(text.length);
  return { text: parts.join(''), begin: (index) => begins[index] ?? 0, end: (index) => ends[index] ?? 0 };
}

function characterOf([whole, json, clixml, name, decimal, hexadecimal, byte]: RegExpExecArray): string {
  const unit = json ?? clixml ?? byte;
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
  if (decimal === undefined && hexadecimal === undefined) return '';
  const point = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
  return point > 0x10_ff_ff ? whole : String.fromCodePoint(point);
}

/** Where an escape begins that the text's end cut off; else the text's length. */
export function withoutCutEscape(text: string): number {
  const from = Math.max(0, text.length - LONGEST_ESCAPE);
  const match = CUT_OFF.exec(text.slice(from));
  return match ? from + match.index : text.length;
}
