import { expect, test } from 'vitest';
import { checkHelp, checkSynopsis } from '../../../cli/scripts-check/help.ts';
import { parsed, script } from './parsed.ts';

const GOOD = script();

function problemsOf(text: string): string[] {
  const { help, parameters } = parsed(text);
  return checkHelp('a.ps1', { help, line: 1, parameters }).map(({ path, message }) => `${path} ${message}`);
}

test('a synopsis and a section for each parameter are enough', () => {
  expect(problemsOf(GOOD)).toEqual([]);
  expect(problemsOf(GOOD.replace('.PARAMETER Name', '.parameter name').replace('.SYNOPSIS', '.Synopsis'))).toEqual([]);
});

test.each<[string, (text: string) => string, string]>([
  ['no comment', (text) => text.replace(/<#.*#>\n/s, ''), 'a.ps1:1 It has no comment-based help.'],
  ['no synopsis', (text) => text.replace('.SYNOPSIS', '.NOTES'), 'a.ps1:1 It has no comment-based help.'],
  ['an empty synopsis', (text) => text.replace('Reads a thing.\n', ''), 'a.ps1:1 It has no comment-based help.'],
  ['line comments', (text) => text.replace(/<#.*#>/s, '# .SYNOPSIS\n# x'), 'a.ps1:1 It has no comment-based help.'],
  ['a parameter without help', (text) => text.replace('.PARAMETER Name\nIts name.\n', ''), 'Its help lacks Name.'],
  ['an empty parameter section', (text) => text.replace('Its name.\n', ''), 'a.ps1:8 Its help lacks Name.'],
  ['help for no parameter', (text) => text.replace('#>', '.PARAMETER Id\nx\n#>'), 'tells of a parameter id'],
])('finds %s', (_name, change, message) => {
  const changed = change(GOOD);
  expect(changed).not.toBe(GOOD);
  expect(problemsOf(changed).join('\n')).toContain(message);
});

test("a function's help stands inside it", () => {
  const inside = parsed('function Get-Thing {\n    <#\n    .SYNOPSIS\n    Reads.\n    #>\n    1\n}');
  const above = parsed('<#\n.SYNOPSIS\nReads.\n#>\nfunction Get-Thing { 1 }');
  expect(inside.functions.flatMap(({ line, help }) => checkSynopsis('a.ps1', line, help))).toEqual([]);
  expect(above.functions.flatMap(({ line, help }) => checkSynopsis('a.ps1', line, help))).toHaveLength(1);
});
