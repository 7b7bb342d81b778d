import { describe, expect, test } from 'vitest';
import { Redactor } from '../../../activities/powershell/redaction.ts';

const PLACE = '[secret env:CANARY]';
const learn = (value: string) => new Redactor().learn([{ reference: 'env:CANARY', value }]);

/** The bytes of a text in a code page of one byte a character, those of Western Europe. */
const OEM_850: Readonly<Record<string, number>> = { å: 0x86, Å: 0x8f, ä: 0x84, ö: 0x94, é: 0x82, ß: 0xe1 };
const oneByte = (text: string, page: Readonly<Record<string, number>> = {}): Buffer =>
  // What a code page lacks becomes a question mark for each of its units.
  Buffer.from(text.split('').map((one) => page[one] ?? (one > 'ÿ' ? 0x3f : one.charCodeAt(0))));
const oem = (text: string): Buffer => oneByte(text, OEM_850);
/** As Windows code page 1252 reads bytes; the WHATWG standard's is the same. */
const as1252 = (bytes: Buffer): string => new TextDecoder('windows-1252').decode(bytes);
const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** What Windows PowerShell 5.1's ConvertTo-Json escapes, in lower-case hexadecimal. */
const json51 = (text: string): string =>
  JSON.stringify({ Password: text }).replace(/['<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
/** What System.Text.Json escapes, in upper-case hexadecimal. */
const systemTextJson = (text: string): string =>
  JSON.stringify({ Password: text })
    .replaceAll('\\"', '\\u0022')
    .replace(/[^ -~]|['<>&+`]/g, (one) => `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const clixml = (text: string): string =>
  xml(text).replace(/[\r\n\t]/g, (one) => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);
const percent = (bytes: Buffer, write = (hex: string): string => hex): string =>
  Array.from(bytes, (byte) => `%${write(byte.toString(16).padStart(2, '0'))}`).join('');
const numbered = (text: string): string => Array.from(text, (one) => `&#${one.codePointAt(0)};`).join('');
const base64 = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  Buffer.from(text, encoding).toString('base64');

const PASSWORDS = [
  'Sommer-på-Vestby-26',
  `O'Brien<&>"Änderung\\26`,
  'Größe+Zahl/26=%ß',
  'line-one-a\r\nline-two-b\tc',
  'Пароль-Осень-26',
  '漢字パスワード',
  'emoji-🧪-canary',
];

const WAYS: [name: string, write: (secret: string) => string][] = [
  ['UTF-16 read byte by byte', (secret) => Buffer.from(secret, 'utf16le').toString('latin1')],
  ['UTF-16 read as code page 1252', (secret) => as1252(Buffer.from(secret, 'utf16le'))],
  ['UTF-16 of the other byte order', (secret) => bigEndian(secret).toString('latin1')],
  ['UTF-8 read byte by byte', (secret) => Buffer.from(secret, 'utf8').toString('latin1')],
  ['UTF-8 read as code page 1252', (secret) => as1252(Buffer.from(secret, 'utf8'))],
  ['JSON of Windows PowerShell', json51],
  ['JSON of .NET', systemTextJson],
  ['JSON of Windows PowerShell in JSON', (secret) => JSON.stringify(json51(secret))],
  ['base64 of JSON of Windows PowerShell', (secret) => base64(json51(secret))],
  ['base64 of JSON of Windows PowerShell in UTF-16', (secret) => base64(json51(secret), 'utf16le')],
  ['base64 of JSON of .NET', (secret) => base64(systemTextJson(secret))],
  ['base64 of JSON in JSON', (secret) => base64(JSON.stringify(JSON.stringify(secret)))],
  ['base64 of CLIXML', (secret) => base64(clixml(secret))],
  ['base64 in lines, in JSON', (secret) => JSON.stringify(base64(secret).replace(/(.{8})/g, '$1\r\n'))],
  ['base64 in JSON of .NET', (secret) => base64(secret).replaceAll('+', '\\u002B').replaceAll('/', '\\/')],
  ['CLIXML', clixml],
  ['CLIXML in JSON', (secret) => JSON.stringify(clixml(secret))],
  ['XML in XML', (secret) => xml(xml(secret))],
  ['numbers of XML', numbered],
  ['numbers of XML in XML', (secret) => xml(numbered(secret))],
  ['percents in lower case', (secret) => percent(Buffer.from(secret))],
  ['percents in upper case', (secret) => percent(Buffer.from(secret), (hex) => hex.toUpperCase())],
  ['percents of percents of JSON', (secret) => encodeURIComponent(encodeURIComponent(JSON.stringify(secret)))],
  ['percents of XML', (secret) => encodeURIComponent(xml(secret))],
  ['JSON of percents', (secret) => JSON.stringify(encodeURIComponent(secret))],
  ['single quotes', (secret) => `'${secret.replaceAll("'", "''")}'`],
  ['single quotes in single quotes', (secret) => secret.replaceAll("'", "''''")],
  ['double quotes', (secret) => secret.replace(/[$`"]/g, '`$&').replaceAll('\r\n', '`r`n').replaceAll('\t', '`t')],
];

describe.each(PASSWORDS)('the secret %j is found', (secret) => {
  test.each(WAYS)('in %s', (_name, write) => {
    const { value, found } = learn(secret).answer(`before ${write(secret)} after`);
    expect(found).toEqual(['env:CANARY']);
    // Of the text, what stood around the secret is left: names of fields, quotes, or the base64 of those.
    expect(value.replaceAll(PLACE, '').length).toBeLessThan(70);
    expect(value).toMatch(/^before .* ?after$/s);
  });
});

describe.each(['Sommer-på-Vestby-26', 'Größe-ä-Café-26', 'emoji-🧪-canary'])(
  'the secret %j is found where its letters were lost',
  (secret) => {
    test.each<[string, string]>([
      ['bytes of code page 850 read as UTF-8', oem(secret).toString('utf8')],
      ['bytes of code page 1252 read as UTF-8', oneByte(secret).toString('utf8')],
      ['bytes of code page 850 read as 1252', as1252(oem(secret))],
      ['UTF-16 read as UTF-8', Buffer.from(secret, 'utf16le').toString('utf8')],
      [
        'UTF-8 read as ASCII',
        Buffer.from(secret)
          .toString('latin1')
          .replace(/[^ -~]/g, '?'),
      ],
      [
        'UTF-8 read as ASCII by .NET',
        Buffer.from(secret)
          .toString('latin1')
          .replace(/[^ -~]/g, '\uFFFD'),
      ],
      ['base64 of code page 850', oem(secret).toString('base64')],
      ['base64 of code page 1252', oneByte(secret).toString('base64')],
    ])('in %s', (_name, text) => {
      const { value } = learn(secret).answer(`before ${text} after`);
      expect(value).toMatch(/^before .?\[secret env:CANARY\].{0,2} after$/);
    });
  },
);

describe('a secret that its process did not write to the end is found', () => {
  test.each<[string, string]>([
    ['as it is', 'Sommer-p'],
    ['in JSON', 'Sommer-p\\u00e5-Ve'],
    ['in the middle of an escape', 'Sommer-p\\u00'],
    ['in XML', 'Sommer-p&#229'],
    ['in percents', 'Sommer-p%C3%'],
    ['where a letter was lost', 'Sommer-p\uFFFD-V'],
    ['at the end of a line', 'Sommer-p\n'],
    ['in base64', base64('Sommer-på-Vest').slice(0, 14)],
  ])('%s', (_name, text) => {
    expect(learn('Sommer-på-Vestby-26').output(`said: ${text}`)).toBe(`said: ${PLACE}`);
  });
});

describe('ordinary text stays', () => {
  const TEXTS = [
    'Sommer-pause-Vestby-27, Sommer på Vestby 2',
    "C:\\new\\table\\u0041bc\\x?? \"quoted\" 'it''s' `tick` 100% &c. a_b_x00_ %zz &nbsp; \\\\server\\share\\",
    'Å ä ö é ß 漢字 Пароль Осень ???? \uFFFD\uFFFD\uFFFD\uFFFD',
    'eyJvayI6dHJ1ZX0= U29tbWVy dGhlcmUgaXMgbm90aGluZyBoZXJl ConvertTo-Json/Get-Service+Stop',
    '+ CategoryInfo          : NotSpecified: (:) [], RuntimeException\n    + FullyQualifiedErrorId : 26\n     | \n',
  ];
  const SECRETS = [
    'Sommer-på-Vestby-26',
    'на-осень',
    'åäöé',
    '????x',
    '漢字漢字',
    "''''''",
    '\\\\\\\\\\',
    '````',
    'n-e-w-1',
    '%41%42%43',
  ];

  test.each(SECRETS)('beside the secret %j', (secret) => {
    for (const text of TEXTS) expect(learn(secret).answer(text)).toEqual({ value: text, found: [] });
  });

  test('when letters that are no ASCII are most of the secret, and others stand in the text', () => {
    const text = 'привет-24 \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD-24 ??????-24';
    expect(learn('пароль-24').answer(text).found).toEqual([]);
  });

  test('around a secret in a path, a quote and a list', () => {
    const { answer } = learn('nabc-2026');
    const text = ['C:\\dir\\nabc-2026\\x', '"nabc-2026"', "'nabc-2026'", 'a,nabc-2026,b', 'Xnabc-2026Y'];
    expect(answer(text).value).toEqual(text.map((one) => one.replace('nabc-2026', PLACE)));
  });
});
