import type { Node } from 'web-tree-sitter';
import { descendants, lineOf } from './nodes.ts';

/** A place that PowerShell may read otherwise than the grammar does, so that the checks would not see what runs. */
export interface Ambiguity {
  line: number;
  text: string;
  expected: string;
}

/**
 * PowerShell takes typographic quotes and dashes for plain ones, and other blanks and ends of line for its own; a comment
 * begins only where a word does; a here-string may end on the line after its beginning; and what follows `--%` is passed
 * on as it stands.
 */
export function readAmbiguities(root: Node, text: string): Ambiguity[] {
  return [...characters(text), ...comments(root, text), ...hereStrings(root), ...stops(root)];
}

function characters(text: string): Ambiguity[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const found = /[^\t\x20-\x7E]/u.exec(line)?.[0];
    if (found === undefined) return [];
    const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return [{ line: index + 1, text: `It holds the character U+${code}.`, expected: `ASCII, or [char] 0x${code}` }];
  });
}

function comments(root: Node, text: string): Ambiguity[] {
  return descendants(root, 'comment')
    .filter(({ startIndex }) => startIndex > 0 && !/[\s(){};,|]/.test(text.charAt(startIndex - 1)))
    .map((node) => ({
      line: lineOf(node),
      text: 'A comment begins without a blank before it.',
      expected: 'a blank before #',
    }));
}

/** The first line that begins with the end of a here-string ends it; the grammar goes on when it is the second one. */
function hereStrings(root: Node): Ambiguity[] {
  return ['verbatim_here_string_characters', 'expandable_here_string_literal']
    .flatMap((type) => descendants(root, type))
    .filter(({ text }) => /^['"]@/m.test(text.slice(0, -2)))
    .map((node) => ({
      line: lineOf(node),
      text: 'A here-string holds its own end.',
      expected: "text between @' and '@ of which no line begins with '@; '' for an empty one",
    }));
}

function stops(root: Node): Ambiguity[] {
  return descendants(root, 'stop_parsing').map((node) => ({
    line: lineOf(node),
    text: '--% passes on what follows as it stands.',
    expected: '-ParameterName before each value',
  }));
}
