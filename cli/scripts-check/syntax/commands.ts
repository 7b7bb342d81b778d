import type { Node } from 'web-tree-sitter';
import { childrenOf, descendants, lineOf } from './nodes.ts';

/** A command that is called by its plain name, with or without `&` or `.` before it. */
export interface ParsedCommand {
  /** As it is written, with its module where that stands before it. */
  name: string;
  line: number;
  /** The first argument that stands without a parameter's name; null when every one has a name. */
  positional: string | null;
}

/** The commands of a file, at whatever depth; not what only a variable, a text or a script block names. */
export function readCommands(root: Node): ParsedCommand[] {
  return descendants(root, 'command').flatMap((node) => {
    const called = childrenOf(node).find(({ type }) => /^command_name(_expr)?$/.test(type));
    const named = called?.type === 'command_name_expr' ? called.firstChild : called;
    // The grammar takes a range before a pipe for a command; PowerShell takes nothing for one that begins so.
    if (named?.type !== 'command_name' || /^\d+\.\./.test(named.text)) return [];
    return [{ name: named.text, line: lineOf(node), positional: positionalOf(node, named) }];
  });
}

/** A value after a switch counts as the switch's, since nothing here tells them apart; a splatted table has names of its own. */
function positionalOf(command: Node, named: Node): string | null {
  const elements = childrenOf(command)
    .flatMap((child) => (child.type === 'command_elements' ? childrenOf(child) : []))
    .filter(({ type }) => !/^(command_argument_sep|redirection|comment)$/.test(type));
  const found = elements.find(({ type, text, startIndex }, index) => {
    const before = elements[index - 1] ?? named;
    // `$host.Name()` is one argument, and nodes without a blank between them.
    const begins = before.endIndex < startIndex && before.type !== 'command_parameter';
    return begins && type !== 'command_parameter' && !/^@\w/.test(text);
  });
  return found?.text ?? null;
}
