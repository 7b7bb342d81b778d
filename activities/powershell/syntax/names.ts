import type { Node } from 'web-tree-sitter';
import { childrenOf } from './nodes.ts';

/** What makes a text depend on the run: a variable, or code in brackets after a dollar sign. */
const COMPUTED = ['variable', 'braced_variable', 'sub_expression'];

/**
 * The text that PowerShell takes a name or an argument for, when it is written out: without quotes, and without the
 * backticks that it drops. Null when the text is only known as the script runs.
 */
export function constantOf(node: Node): string | null {
  const whole = innermost(node);
  const { text } = whole;
  if (whole.descendantsOfType(COMPUTED).length > 0) return null;
  switch (whole.type) {
    case 'verbatim_string_characters':
      return text.slice(1, -1).replaceAll("''", "'");
    case 'expandable_string_literal':
      return withoutBackticks(text.slice(1, -1).replaceAll('""', '"'));
    case 'command_name':
    case 'path_command_name':
    case 'path_command_name_token':
    case 'generic_token':
    case 'simple_name':
    case 'type_identifier':
    case 'decimal_integer_literal':
      return withoutBackticks(text);
    default:
      return null;
  }
}

/** A backtick before a letter that does not stand for a control character is dropped; PowerShell drops it in names too. */
export function withoutBackticks(text: string): string {
  return text.replaceAll(/`\r?\n?/g, '');
}

/** The node itself without the layers of the grammar that hold nothing else. */
export function innermost(node: Node): Node {
  const [only, ...others] = childrenOf(node);
  return only && others.length === 0 && only.text === node.text ? innermost(only) : node;
}

/** A variable's name in lower case: `script:hostname` for `${script:HostName}`, `$script:HostName` and `@script:HostName`. */
export function variableName(text: string): string {
  return withoutBackticks(text)
    .replace(/^[$@]\{?|\}$/g, '')
    .toLowerCase();
}
