/** One character of a secret, or a run of line breaks or quotes, as it may stand in a text without escapes. */
export interface Unit {
  /** The ways in which it is written. */
  ways: readonly string[];
  /** The letters that stand for it after an escape character, as `n` does for a line break. */
  letters: string;
  /** The character that quoting doubles, more than once in nested texts. */
  again: string;
  /** Any character outside ASCII, or `?`, may stand in its place: what a wrong encoding leaves of it. */
  lost: boolean;
}

/** A text that is looked for. */
export interface Pattern {
  units: readonly Unit[];
  /** Plain characters that stand in every match one after another, once `isFirm` has sorted out the rest; may be empty. */
  key: string;
  /** The key is the beginning of the text, and so also of a text that was cut off. */
  keyFirst: boolean;
}

/** Plain characters by which a text is told from another one: with fewer, a quote must be a quote and no letter is lost. */
export const FIRM_ENOUGH = 4;
const LONGEST_KEY = 32;
/** What may be added, left out or written otherwise inside a match: escapes, quotes, margins, and what was lost. */
const NOT_FIRM = /[^!-~]|[\\`'"+|?]/g;
/** Characters that quoting doubles; the curly ones are quotes to PowerShell too. */
const DOUBLED = /[\\`'"‘’‚‛“”„]/;
const RUNS = /[\r\n]+|([\\`'"‘’‚‛“”„])\1*|[^]/gu;
const LETTERS: Readonly<Record<string, string>> = {
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\v': 'v',
  '\f': 'f',
  '\u001B': 'e',
};
/** What Windows code page 1252 has in the place of Latin-1's control characters 0x80 to 0x9F. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

const plain = (character: string): Unit => {
  return { ways: [character], letters: LETTERS[character] ?? '', again: '', lost: false };
};
/** A secret may have thousands of characters: those of ASCII share their units. */
const PLAIN = Array.from({ length: 128 }, (_, code) => plain(String.fromCharCode(code)));

/** Whether the character is written in one way only and is never put between others. */
export function isFirm(character: string): boolean {
  return character.replace(NOT_FIRM, '') !== '';
}

/** Compiles a text of at least one character. */
export function patternOf(text: string): Pattern {
  const firm = text.replace(NOT_FIRM, '').length;
  const enough = firm >= FIRM_ENOUGH;
  const lost = enough && firm * 2 >= text.length;
  const units = (text.match(RUNS) ?? []).flatMap((run) => unitsOf(run, enough, lost));
  // Inside a run of ASCII nothing firm stands between; beside it, `\n` or bytes of UTF-16 may add letters.
  const pieces = text.split(/[^ -~]+/).map((piece) => piece.replace(NOT_FIRM, ''));
  const [first = ''] = pieces;
  const keyFirst = first.length >= FIRM_ENOUGH;
  const key = keyFirst ? first : pieces.reduce((one, other) => (other.length > one.length ? other : one));
  return { units, key: key.length < FIRM_ENOUGH ? '' : key.slice(0, LONGEST_KEY), keyFirst };
}

function unitsOf(run: string, enough: boolean, lost: boolean): Unit[] {
  const [first = ''] = run;
  // A run may also come back shorter; but a secret of nothing but quotes must not take out every quote.
  const times = (unit: Unit): Unit[] => (enough ? [unit] : Array.from(run, () => unit));
  if (/[\r\n]/.test(first)) return times({ ways: ['\r', '\n'], letters: 'rn', again: '', lost: false });
  const ascii = first < '\u0080';
  if (DOUBLED.test(first)) {
    return times({ ways: ascii ? [first] : waysOf(first, lost), letters: '', again: first, lost: lost && !ascii });
  }
  // Wrapping puts a line's end in the place of a space, a form's encoding a plus.
  if (run === ' ') return [{ ways: [' ', '+', '\r', '\n'], letters: '', again: '', lost: false }];
  if (ascii) return [PLAIN[run.charCodeAt(0)] ?? plain(run)];
  return [{ ways: waysOf(run, lost), letters: '', again: '', lost }];
}

/** A character outside ASCII: itself, and its UTF-8 or UTF-16 read byte by byte. Zero bytes are left out of texts. */
function waysOf(character: string, lost: boolean): string[] {
  const little = Buffer.from(character, 'utf16le');
  const encoded = [Buffer.from(character, 'utf8'), little, Buffer.from(little).swap16()];
  const bytes = encoded.map((buffer) => buffer.toString('latin1').replaceAll('\0', ''));
  const windows = bytes.map((text) =>
    text.replace(/[\u0080-\u009F]/g, (byte) => WINDOWS_1252[byte.charCodeAt(0) - 0x80] ?? byte),
  );
  // Of a pair of surrogates some of the bytes are ASCII.
  const mixed = lost ? encoded.map((buffer) => buffer.toString('utf8').replaceAll('\0', '')) : [];
  return [...new Set([character, ...bytes, ...windows, ...mixed])];
}
