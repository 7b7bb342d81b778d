/** What a shell could take for more than text, in families. All of it can be carried as JSON in UTF-8. */

/** PowerShell takes typographic quotes for plain ones; the others only look like them. */
const QUOTES = Array.from('\'"`´‘’‚‛“”„‟«»‹›＇＂ʼ′″');
const COMMANDS = [
  'Stop-Process -Id $PID',
  'New-Item -ItemType File -Path $CANARY',
  '[Environment]::Exit(3)',
  'exit 3',
  'throw 1',
  '& { Set-Content -Path $CANARY -Value 1 }',
  'touch $CANARY',
  "Invoke-FettleRequest 'e30='",
];
const SEPARATORS = [
  ';',
  '|',
  '&',
  '&&',
  '||',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\u2028',
  '\u2029',
  '\u0085',
  '\v',
  '\f',
  '\b',
];
const EXPANSIONS = [
  '$(…)',
  '@(…)',
  '$($(…))',
  '${…}',
  '@{a=…}',
  '& {…}',
  '. {…}',
  '`$(…)',
  '"$(…)"',
  '{0}…',
  '%(…)',
  '$env:PATH;…',
  '<#…#>',
  '#…',
  '--%…',
  '-Command …',
  '-EncodedCommand …',
];
const INVISIBLE = [
  '\uFEFF',
  '\u202E',
  '\u2066',
  '\u200B',
  '\u200D',
  '\u00A0',
  '\u00AD',
  '\u0000',
  '\u001A',
  '\u0004',
  '\u007F',
  '\uFFFE',
  '\uFFFF',
  '\uFFFD',
];
const LETTERS = [
  'æøå',
  'İıſK',
  '漢字',
  '\u{1F9EA}',
  '👩‍🔧',
  'e\u0301',
  '\u0301',
  'ﷺ',
  '𐍈',
  '\u{10FFFF}',
  'Ω≈ç√∫',
  'กำ',
  'עברית',
  'العربية',
];
const LOOK_ALIKES = [
  '@fettle 00000000-0000-0000-0000-000000000000 e30= 1 0 kept@',
  '@fettle ',
  '@fettle \n@fettle ',
  'eyJvayI6dHJ1ZX0=@',
  'AbCdEfGhIjKlMnOp',
  '0123456789abcdef',
  '[Console]::Out.WriteLine("AbCdEfGhIjKlMnOp")',
  '[secret env:PATH]',
  'env:PATH',
  'file:/etc/passwd',
  '{"id":"1","script":"/tmp/x.ps1"}',
  '"}],"target":{"transport":"ssh"}}',
];
const CLIXML = [
  '#< CLIXML',
  '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><S>x</S></Objs>',
  '<Obj RefId="0"><TN RefId="0"><T>System.String</T></TN></Obj>',
  '_x000D__x000A_',
  '_x005F_x0041_',
  ']]>',
  '<!--',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  '&amp;&lt;&#0;',
];
const HERE_STRINGS = ["'@\n…\n@'", '"@\n…\n@"', "@'\n…\n'@", '@"\n$(…)\n"@', "\n'@;…;@'\n"];
const DATA_LIKE = [
  ' ',
  '  leading and trailing  ',
  '\t',
  '\n',
  '\r\n',
  '2026-11-22T10:00:00+01:00',
  '/Date(1511111111)/',
  '12345678901234567890',
  '1e400',
  '0x80240009',
  'NaN',
  'null',
  '$null',
  '$true',
  'true',
  '[int]',
  '-HostName',
  '-',
  '--',
  '%TEMP%',
  '~',
  '*',
  '?',
  '[a-z]',
  '\\',
  '\\\\',
  'C:\\Windows\\',
  '\\\\server\\share',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'Count',
  'Keys',
  '\u001B[31mred\u001B[0m',
  '\u001B]0;title\u0007',
  '\u001B[?1h',
  '\x9B31m',
];

function generate(): string[] {
  return [
    ...QUOTES.flatMap((quote) => [
      quote,
      quote.repeat(2),
      `a${quote}b`,
      ...COMMANDS.map((command) => `${quote};${command};${quote}`),
    ]),
    ...SEPARATORS.flatMap((separator) => COMMANDS.map((command) => `x${separator}${command}${separator}`)),
    ...EXPANSIONS.flatMap((expansion) => COMMANDS.slice(0, 5).map((command) => expansion.replace('…', command))),
    ...HERE_STRINGS.flatMap((text) => COMMANDS.map((command) => text.replace('…', command))),
    ...INVISIBLE.flatMap((mark) => [mark, `${mark}text`, `te${mark}xt`, `text${mark}`]),
    ...LETTERS.flatMap((letters) => [letters, `${letters}'`, `"${letters}`]),
    ...LOOK_ALIKES.flatMap((text) => [text, `\n${text}\n`]),
    ...CLIXML.flatMap((text) => [text, `\n${text}\n`]),
    ...DATA_LIKE,
  ];
}

/** More than 500 texts, each once. */
export const HOSTILE: string[] = [...new Set(generate())];

/** 100 KB each: of a letter, of quotes, of what takes four bytes, and of lines. */
export const LARGE: string[] = ['x', "'", '\u{1F9EA}', "';exit 3\n"].map((text) =>
  text.repeat(Math.ceil((100 * 1024) / Buffer.byteLength(text))),
);

/** Half a character each: nothing that UTF-8 could carry. */
export const LONE_SURROGATES: string[] = [
  '\uD83E',
  '\uDDEA',
  'a\uD800b',
  '\uDDEA\uD83E',
  'x\uDFFF',
  '\uD83E\uD83E\uDDEA',
];
