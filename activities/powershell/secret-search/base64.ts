/** What a run of base64 says when it is read from one of its first four characters on. */
export interface Decoded {
  /** One character for each byte. */
  text: string;
  /** The span of characters that hold the bytes from one index up to another. */
  span: (from: number, to: number) => { from: number; to: number };
  /** The run ends where the text ends. */
  atEnd: boolean;
}

const NO_VALUE = 255;
/** Base64's own alphabet, and that for URLs. */
const VALUES = new Uint8Array(128).fill(NO_VALUE);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
Buffer.from(ALPHABET, 'latin1').forEach((code, value) => {
  VALUES[code] = value;
});
VALUES['-'.charCodeAt(0)] = 62;
VALUES['_'.charCodeAt(0)] = 63;
/** A line's end inside wrapped base64, as it is or escaped, with the margin of an error view; or an escaped slash. */
const BREAK = /(?:\\{1,8}[rn]|\r|\n[ \t]{0,40}(?:\|[ \t]{0,8})?|\\)/y;
/** Where base64 may be read from: four characters are three bytes. */
const BEGINNINGS = [0, 1, 2, 3];

/**
 * Decodes all that may be base64, from each of the places at which four characters may begin.
 * @param least Bytes below which a run is passed over.
 * @param leastAtEnd The same for a run with which the text ends.
 */
export function* base64In(text: string, least: number, leastAtEnd = least): Generator<Decoded> {
  if ((text.length * 6) / 8 < Math.min(least, leastAtEnd)) return;
  const values = new Uint8Array(text.length);
  const places = new Int32Array(text.length);
  let count = 0;
  for (let place = 0; place <= text.length; place += 1) {
    const value = VALUES[text.charCodeAt(place)] ?? NO_VALUE;
    if (value !== NO_VALUE) {
      values[count] = value;
      places[count] = place;
      count += 1;
      continue;
    }
    if (count === 0) continue;
    const atEnd = place === text.length;
    BREAK.lastIndex = place;
    if (!atEnd && BREAK.test(text)) {
      place = BREAK.lastIndex - 1;
      continue;
    }
    if ((count * 6) / 8 >= (atEnd ? leastAtEnd : least)) {
      for (const begin of BEGINNINGS) yield decode(values.subarray(begin, count), places.subarray(begin, count), atEnd);
    }
    count = 0;
  }
}

function decode(values: Uint8Array, places: Int32Array, atEnd: boolean): Decoded {
  const bytes = Buffer.alloc(Math.floor((values.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let length = 0;
  for (const value of values) {
    bits = ((bits << 6) | value) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length] = (bits >> held) & 0xff;
    length += 1;
  }
  return {
    text: bytes.toString('latin1'),
    // The characters at both ends carry bits of the bytes too.
    span: (from, to) => ({
      from: places[Math.floor((from * 8) / 6)] ?? 0,
      to: (places[Math.floor((to * 8 - 1) / 6)] ?? 0) + 1,
    }),
    atEnd,
  };
}
