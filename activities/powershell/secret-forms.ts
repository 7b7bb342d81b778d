/** One way in which a secret may stand in a text: its characters, each of which may be written in several ways. */
export interface SecretForm {
  literal: string;
  /** The first units; what of a long secret comes after them is matched unit by unit. */
  head: RegExp;
  rest: RegExp[];
}

/** Units of a form that are matched at once. So much of a secret is taken for a leak even when the rest is cut off. */
const HEAD_UNITS = 32;
/** Lines of a secret of several lines that are long enough to be secrets of their own. */
const LONG_LINE = 16;

// Every repetition has an upper bound: of a text that is nearly a secret the worker would otherwise try endless readings.
const MARGIN = String.raw`[ \t]{0,40}(?:\|[ \t]{0,8})?`;
/** Between two characters: a line break of an error view with its margin, of wrapped base64, or UTF-16's zero byte. */
const BREAK = String.raw`(?:\0|\\{0,4}\r?\n${MARGIN})?`;
const ESCAPED_BREAK = String.raw`\\{1,8}[rn]|\\{1,8}u000[aAdD]|&(?:amp;){0,4}#(?:1[03]|[xX]0{0,6}[aAdD]);|_x000[aAdD]_|%(?:25){0,4}0[aAdD]`;
const LINE_BREAK = String.raw`(?:\r?\n${MARGIN}|${ESCAPED_BREAK}|${'`'}[rn]){1,32}`;

const NAMED: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
const SHORT: Readonly<Record<string, string>> = { '\b': 'b', '\f': 'f', '\t': 't' };
/** Characters that quoting doubles, more than once in nested texts: a run of them matches a longer or shorter run. */
const DOUBLED = /[\\'"`]/;

/**
 * The forms in which a secret is looked for: as it is, with any of its characters escaped for JSON, XML and CLIXML, URLs
 * or PowerShell, and as base64 of its UTF-8 and its UTF-16, wherever in the encoded text it begins.
 */
export function formsOf(value: string): SecretForm[] {
  const texts = [value];
  if (/[\r\n]/.test(value)) texts.push(...value.split(/[\r\n]+/).filter((line) => line.length >= LONG_LINE));
  // Requests and answers are base64 of JSON: so it stands in an echo of one.
  const inJson = JSON.stringify(value).slice(1, -1);
  const bytes = [Buffer.from(value, 'utf8'), Buffer.from(inJson, 'utf8'), Buffer.from(value, 'utf16le')];
  const encoded = bytes.flatMap(base64Cores);
  return [
    ...texts.map((text) => form(text, textUnits(text))),
    ...[...new Set(encoded)].map((core) => form(core, base64Units(core))),
  ];
}

function form(literal: string, units: string[]): SecretForm {
  return {
    literal,
    head: new RegExp(units.slice(0, HEAD_UNITS).join(BREAK), 'gu'),
    rest: units.slice(HEAD_UNITS).map((unit) => new RegExp(`${BREAK}${unit}`, 'yu')),
  };
}

function textUnits(text: string): string[] {
  const runs = text.match(/(?:\r?\n|\r)+|([\\'"`])\1*|[^]/gu) ?? [];
  return runs.map((run) => {
    if (/^[\r\n]/.test(run)) return LINE_BREAK;
    const [first = ''] = run;
    return DOUBLED.test(first) ? `${characterUnit(first)}{1,${run.length * 8}}` : characterUnit(run);
  });
}

/** Every way in which one character is written, also escaped more than once. */
function characterUnit(character: string): string {
  const units = [...Array(character.length).keys()].map((index) => anyCase(hex(character.charCodeAt(index), 4)));
  const bytes = [...Buffer.from(character, 'utf8')].map((byte) => `%(?:25){0,4}${anyCase(hex(byte, 2))}`);
  const point = character.codePointAt(0) ?? 0;
  const named = NAMED[character];
  const short = SHORT[character];
  // What itself escapes is a run already.
  const quoted = /^[\p{L}\p{N}\\`]$/u.test(character) ? '' : '[\\\\`]{0,8}';
  return `(?:${[
    quoted + escapeForPattern(character),
    units.map((unit) => `\\\\{1,8}u${unit}`).join(''),
    units.map((unit) => `_x${unit}_`).join(''),
    `&(?:amp;){0,4}#(?:0{0,6}${point}|[xX]0{0,6}${anyCase(point.toString(16))});`,
    bytes.join(''),
    ...(named === undefined ? [] : [`&(?:amp;){0,4}${named};`]),
    ...(short === undefined ? [] : [`[\\\\\`]{1,8}${short}`]),
    ...(character === ' ' ? ['\\+'] : []),
  ].join('|')})`;
}

/** Of each of the three ways in which bytes may fall into base64: the characters that depend on them alone. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
}

/** Base64 for files and for URLs. The characters beside the core carry bits of the secret too. */
function base64Units(core: string): string[] {
  const side = '[A-Za-z0-9+/_-]?';
  const units = core.split('').map((character) => {
    if (character === '+') return `(?:-|${characterUnit('+')})`;
    return character === '/' ? `(?:_|${characterUnit('/')})` : escapeForPattern(character);
  });
  const [first = '', ...others] = units;
  const last = others.pop() ?? '';
  return [side + first, ...others, `${last}${side}(?:=|%3[dD]){0,2}`];
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function anyCase(digits: string): string {
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escapeForPattern(character: string): string {
  return character.replace(/[$()*+./?[\\\]^{|}]/, '\\$&');
}
