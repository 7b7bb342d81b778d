/** Lines of a secret of several lines that are long enough to be secrets of their own. */
const LONG_LINE = 16;

/**
 * The texts by which a secret is known when it comes back: as it is and as the tools on the way write it, alone or within a longer
 * text. This is no decoder: what writes it in another way is a line more.
 */
export function secretForms(value: string): string[] {
  const lines = value.split(/\r?\n/);
  const texts = new Set([value, lines.join('\r\n'), ...lines.filter((line) => line.length >= LONG_LINE)]);
  return [...new Set([...texts].flatMap(formsOf))];
}

const hex = (one: string): string => one.charCodeAt(0).toString(16).padStart(4, '0');
const HEX = (one: string): string => hex(one).toUpperCase();
const percent = (one: string): string => `%${HEX(one).slice(2)}`;

function formsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const inJson = [
    json,
    // ConvertTo-Json of Windows PowerShell.
    json.replace(/['<>&]/g, (one) => `\\u${hex(one)}`),
    // That of PowerShell with -EscapeHandling EscapeNonAscii and EscapeHtml.
    json.replace(/[^ -~]/g, (one) => `\\u${hex(one)}`),
    json.replaceAll('\\"', '\\u0022').replace(/['<>&]/g, (one) => `\\u${hex(one)}`),
    // System.Text.Json of .NET.
    json.replaceAll('\\"', '\\u0022').replace(/[^ -~]|['<>&+`]/g, (one) => `\\u${HEX(one)}`),
  ];
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const attribute = xml.replaceAll('"', '&quot;');
  const url = encodeURIComponent(text);
  const urlForm = url.replace(/['~]/g, percent).replaceAll('%20', '+');
  return [
    text,
    ...inJson,
    // Requests and answers travel as base64 of JSON.
    ...[text, ...inJson].flatMap(inBase64),
    // UTF-16 of a Windows program, read as UTF-8.
    Buffer.from(text, 'utf16le').toString('utf8'),
    xml,
    attribute,
    attribute.replaceAll("'", '&apos;'),
    // CLIXML, which writes other characters and halves of surrogate pairs as _xHHHH_, and so an _x that stands there.
    xml.replace(/_(?=x)/gi, '_x005F_').replace(/[^ -~\u00A0-\uD7FF\uE000-\uFFFF]/g, (one) => `_x${HEX(one)}_`),
    url,
    // [Uri]::EscapeDataString, and what Invoke-RestMethod makes of a form, in PowerShell and in Windows PowerShell.
    url.replace(/[!'()*]/g, percent),
    urlForm,
    urlForm.replace(/%../g, (one) => one.toLowerCase()),
  ];
}

/** In UTF-8 and UTF-16, wherever it stands in a longer text: what is the same at each of the three offsets. */
function inBase64(text: string): string[] {
  return [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')].flatMap((bytes) =>
    [0, 1, 2].map((offset) => {
      const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
      // Its first and last characters may hold bits of what stands beside it.
      return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    }),
  );
}
