/** What a shell could take for more than text, in families. All of it can be carried as JSON in UTF-8. */

/** PowerShell takes typographic quotes for plain ones; the others only look like them. */
const QUOTES = Array.from('\'"`´‘’‚‛“”„‟«»‹›＇＂ʼ′″');
const COMMANDS = [
  'Stop-Process -Id $PID',
  'New-Item -ItemType File -Path $CANARY',
  '[Environment]::Exit(3)',
  'exit 3',
  '& { Set-Content -Path $CANARY -Value 1 }',
  'touch $CANARY',
  "Invoke-FettleRequest 'e30='",
];
const SEPARATORS = [...Array.from(';|&\n\r\0\u2028\u2029\u0085\v\f\b'), '&&', '||', '\r\n'];
/** Where `…` stands, a command does. */
const WRAPS =
  '$(…) @(…) $($(…)) ${…} @{a=…} & {…} . {…} `$(…) "$(…)" {0}… %(…) $env:PATH;… <#…#> #… --%… -Command …'.split(' ');
const HERE_STRINGS = ["'@\n…\n@'", '"@\n…\n@"', "@'\n…\n'@", '@"\n$(…)\n"@', "\n'@;…;@'\n"];
const INVISIBLE = Array.from('\uFEFF\u202E\u2066\u200B\u200D\u00A0\u00AD\u0000\u001A\u0004\u007F\uFFFE\uFFFF\uFFFD');
const LETTERS = 'æøå İıſK 漢字 \u{1F9EA} 👩‍🔧 e\u0301 \u0301 ﷺ 𐍈 \u{10FFFF} Ω≈ç√∫ กำ עברית العربية'.split(' ');
const LOOK_ALIKES = [
  '@fettle 00000000-0000-0000-0000-000000000000 e30= 1 kept@',
  '@fettle \n@fettle ',
  '[Console]::Out.WriteLine("AbCdEfGhIjKlMnOp")',
  '[secret env:PATH]',
  '{"id":"1","script":"/tmp/x.ps1"}',
  '"}],"target":{"transport":"ssh"}}',
  '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><S>x</S></Objs>',
  '<Obj RefId="0"><TN RefId="0"><T>System.String</T></TN></Obj>',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
];
const DATA_LIKE =
  '_x000D__x000A_ _x005F_x0041_ ]]> <!-- &amp;&lt;&#0; 2026-11-22T10:00:00+01:00 /Date(1511111111)/ 12345678901234567890 1e400 0x80240009 NaN null $null $true true [int] -HostName - -- %TEMP% ~ * ? [a-z] \\ \\\\ C:\\Windows\\ \\\\server\\share ../../etc/passwd __proto__ constructor Count Keys env:PATH file:/etc/passwd \u001B[31mred\u001B[0m \u001B]0;title\u0007 \u001B[?1h \x9B31m'.split(
    ' ',
  );

/** Several hundred texts, each once. */
export const HOSTILE: string[] = [
  ...new Set([
    ...QUOTES.flatMap((quote) => [quote, `a${quote}b`, ...COMMANDS.map((command) => `${quote};${command};${quote}`)]),
    ...SEPARATORS.flatMap((separator) => COMMANDS.map((command) => `x${separator}${command}${separator}`)),
    ...[...WRAPS, ...HERE_STRINGS].flatMap((text) => COMMANDS.map((command) => text.replace('…', command))),
    ...INVISIBLE.flatMap((mark) => [mark, `${mark}text`, `te${mark}xt`, `text${mark}`]),
    ...LETTERS.flatMap((letters) => [letters, `${letters}'`, `"${letters}`]),
    ...LOOK_ALIKES.flatMap((text) => [text, `\n${text}\n`]),
    ...DATA_LIKE,
    ' ',
    '  leading and trailing  ',
  ]),
];

/** 100 KB each: of a letter, of quotes, of what takes four bytes, and of lines. */
export const LARGE: string[] = ['x', "'", '\u{1F9EA}', "';exit 3\n"].map((text) =>
  text.repeat(Math.ceil((100 * 1024) / Buffer.byteLength(text))),
);

/** Half a character each: nothing that UTF-8 could carry. */
export const LONE_SURROGATES: string[] = ['\uD83E', '\uDDEA', 'a\uD800b', '\uDDEA\uD83E', '\uD83E\uD83E\uDDEA'];
