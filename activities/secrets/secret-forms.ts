/** Lines of a secret of several lines that are long enough to be secrets of their own. */
const LONG_LINE = 16;

/**
 * The texts by which a secret is known when it comes back: as it is and as JSON, XML, CLIXML, URLs, PowerShell and base64 write it,
 * alone or within another text. Longer ones first, since a longer one may contain a shorter. What was hashed, compressed or cut
 * into pieces is not known: this is no decoder.
 */
export function secretForms(value: string): string[] {
  const lines = /[\r\n]/.test(value) ? value.split(/[\r\n]+/).filter((line) => line.length >= LONG_LINE) : [];
  const texts = [value, value.replaceAll(/\r?\n/g, '\r\n'), ...lines];
  const forms = texts.flatMap((text) => {
    const escaped = ESCAPES.map((escape) => escape(text));
    const twice = escaped.flatMap((one) => [inJson(one), encodeURIComponent(one), inXml(one)]);
    const encoded = [text, inJson(text)].flatMap((one) => [
      ...inBase64(Buffer.from(one, 'utf8')),
      ...inBase64(Buffer.from(one, 'utf16le')),
    ]);
    const misread = [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf8')].map((bytes) => bytes.toString('latin1'));
    return [text, ...escaped, ...twice, ...encoded, ...encoded.map(encodeURIComponent), ...misread];
  });
  return [...new Set(forms)].toSorted((one, other) => other.length - one.length);
}

const hex = (one: string): string => one.charCodeAt(0).toString(16).padStart(4, '0');
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const inXml = (text: string): string => text.replace(/[&<>]/g, (one) => XML[one] ?? one);
const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** How the tools on the way write a text. */
const ESCAPES: ((text: string) => string)[] = [
  inJson,
  // ConvertTo-Json of Windows PowerShell.
  (text) => inJson(text).replace(/['<>&]/g, (one) => `\\u${hex(one)}`),
  // JSON of .NET, and JSON in which nothing stands as it is.
  (text) =>
    inJson(text)
      .replaceAll('\\"', '\\u0022')
      .replace(/[^ -~]|['<>&+`]/g, (one) => `\\u${hex(one).toUpperCase()}`),
  (text) => text.replace(/[^]/g, (one) => `\\u${hex(one)}`),
  inXml,
  (text) => text.replace(/[&<>"']/g, (one) => XML[one] ?? one),
  (text) => inXml(text).replace(/["']/g, (one) => `&#${one.charCodeAt(0)};`),
  // CLIXML, in which _x begins an escape.
  (text) => inXml(text.replaceAll('_x', '_x005F_x')).replace(/[\t\r\n]/g, (one) => `_x${hex(one).toUpperCase()}_`),
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(text).replace(/%../g, (one) => one.toLowerCase()),
  (text) => new URLSearchParams({ v: text }).toString().slice(2),
  (text) => text.replaceAll("'", "''"),
  (text) => text.replace(/[$`"]/g, '`$&'),
];

/** Base64 of the bytes wherever they stand in a longer text: what is the same at each of the three offsets. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // Its first and last characters may hold bits of what stands beside it.
    const from = Math.ceil((offset * 8) / 6);
    const core = encoded.slice(from, Math.floor(((offset + bytes.length) * 8) / 6));
    return core.length < SHORTEST_ENCODED ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Fewer characters of base64 stand in many a text by chance. */
const SHORTEST_ENCODED = 5;
