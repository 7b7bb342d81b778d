import type { Node } from 'web-tree-sitter';
import { childrenOf, descendants, lineOf } from './nodes.ts';

/** A command as it is called by name. */
export interface ParsedCommand {
  /** The name as it is written, without quotes and without the module before it. */
  name: string;
  line: number;
  /** The first argument that stands without a parameter's name; null when every one has a name. */
  positional: string | null;
}

/** A call of a .NET method: `[Environment]::Exit(7)`. */
export interface ParsedCall {
  /** What it is called on, as it is written. */
  target: string;
  member: string;
  line: number;
}

/** Every command of a file whose name is written out. What a variable names (`& $program`) is not among them. */
export function readCommands(root: Node): ParsedCommand[] {
  return descendants(root, 'command').flatMap((node) => {
    const named = childrenOf(node).find(({ type }) => type === 'command_name' || type === 'command_name_expr');
    const name = named?.text.replace(/^(['"])(.*)\1$/s, '$2').replace(/^.*\\/s, '') ?? '';
    if (name === '' || name.startsWith('$')) return [];
    return [{ name, line: lineOf(node), positional: firstPositional(node) }];
  });
}

function firstPositional(command: Node): string | null {
  const elements = childrenOf(command).find(({ type }) => type === 'command_elements');
  if (!elements) return null;
  let named = false;
  let apart = false;
  for (const element of childrenOf(elements)) {
    if (element.type === 'command_argument_sep') apart = element.text.trim() === '';
    else if (element.type === 'command_parameter') named = true;
    // `$host.Name()` is one argument, and two nodes without a space between them.
    else if (!apart || element.type === 'redirection') continue;
    // A splatted table carries names; the argument after a parameter's name is its value, even where that is a switch.
    else if (named || element.text.startsWith('@')) named = false;
    else return element.text;
    if (element.type !== 'command_argument_sep') apart = false;
  }
  return null;
}

/** Every method that is called. */
export function readCalls(root: Node): ParsedCall[] {
  return descendants(root, 'invokation_expression').flatMap((node) => {
    const children = childrenOf(node);
    const member = children.find(({ type }) => type === 'member_name')?.text;
    return member === undefined ? [] : [{ target: children[0]?.text ?? '', member, line: lineOf(node) }];
  });
}

/** Lines of the `exit` statements. */
export function readExits(root: Node): number[] {
  return descendants(root, 'flow_control_statement')
    .filter((node) => node.firstChild?.type === 'exit')
    .map(lineOf);
}
