import type { Node } from 'web-tree-sitter';
import { constantOf, innermost } from './names.ts';
import { childrenOf, descendants, lineOf } from './nodes.ts';

/** A command as it is called. */
export interface ParsedCommand {
  /** The name without quotes, backticks and module; null when it is only known as the script runs (`& $program`). */
  name: string | null;
  /** The module before the name, in lower case, or a path; empty when it has none. */
  module: string;
  /** What is called, as it is written, after its operator: `& $program`. */
  written: string;
  /** Whether it is called by a dot, in the scope of its caller. */
  dotted: boolean;
  line: number;
  arguments: ParsedArgument[];
  /** The first argument that stands without a parameter's name; null when every one has a name. */
  positional: string | null;
  /** Whether the file itself defines a function of that name before the call and where the call can see it. */
  own: boolean;
}

/** A value that a command is given, or a parameter without one. */
export interface ParsedArgument {
  /** The parameter's name in lower case, without its dash; null for a value by position or a splatted table. */
  parameter: string | null;
  /** The value as it is written; empty when the parameter has none. */
  text: string;
  /** The value when it is written out; null when it is only known as the script runs, and when there is none. */
  constant: string | null;
  /** Whether the value is a script block that stands here. */
  block: boolean;
}

/** Every command of a file; script blocks that are called where they stand (`& { … }`) are none. */
export function readCommands(root: Node): ParsedCommand[] {
  const functions = readScopes(root);
  return descendants(root, 'command').flatMap((node) => {
    const called = childrenOf(node).find(isCalled);
    // The grammar takes a range before a pipe for a command; PowerShell takes nothing for one that begins so.
    if (!called || /^\d+\.\./.test(called.text)) return [];
    const operator = childrenOf(node).find(({ type }) => type === 'command_invokation_operator')?.text ?? '';
    if (innermost(called).type === 'script_block_expression') return [];
    const [, module = '', name = null] = /^(?:(.*)[\\/])?([^\\/]*)$/s.exec(constantOf(called) ?? '') ?? [];
    const plain = name === '' ? null : name;
    const given = readArguments(node, called);
    return [
      {
        name: plain,
        module: module.toLowerCase(),
        written: `${operator} ${called.text}`.trim(),
        dotted: operator === '.',
        line: lineOf(node),
        arguments: given,
        positional: given.find(({ parameter, text }) => parameter === null && !text.startsWith('@'))?.text ?? null,
        own: module === '' && functions.some((one) => one.name === plain?.toLowerCase() && holds(one, node)),
      },
    ];
  });
}

function isCalled({ type, isError }: Node): boolean {
  return type === 'command_name' || type === 'command_name_expr' || type === 'path_command_name' || isError;
}

/** Values by the parameter before them; a value after a switch counts as the switch's, since nothing here tells them apart. */
function readArguments(command: Node, called: Node): ParsedArgument[] {
  const given: ParsedArgument[] = [];
  let apart = true;
  let open: ParsedArgument | undefined;
  for (const element of elementsOf(command, called)) {
    if (element.type === 'command_argument_sep') {
      apart ||= element.text !== ':';
      if (element.text === ':' && !open) open = given.at(-1);
      continue;
    }
    if (element.type === 'redirection' || element.type === 'comment') continue;
    if (element.type === 'command_parameter') {
      open = { parameter: element.text.slice(1).toLowerCase(), text: '', constant: null, block: false };
      given.push(open);
    } else if (!apart && !open && given.length > 0) extend(given.at(-1), element.text);
    else {
      const block = innermost(element).type === 'script_block_expression';
      const value = { text: element.text, constant: constantOf(element), block };
      // A splatted table carries names of its own.
      if (open && !element.text.startsWith('@')) Object.assign(open, value);
      else given.push({ parameter: null, ...value });
      open = undefined;
    }
    apart = false;
  }
  return given;
}

/** `$host.Name()` and `a,b` are one argument, and nodes without a blank between them. */
function extend(last: ParsedArgument | undefined, text: string): void {
  if (last) Object.assign(last, { text: last.text + text, constant: null, block: false });
}

function elementsOf(command: Node, called: Node): Node[] {
  return childrenOf(command)
    .filter(({ id, type }) => id !== called.id && type !== 'command_invokation_operator')
    .flatMap((child) => (child.type === 'command_elements' ? childrenOf(child) : [child]));
}

interface OwnFunction {
  name: string;
  /** Where it begins: a call before that means another command of the name. */
  start: number;
  /** The function, the branch or the script block around it, or the whole file: where it can be called. */
  scope: Node;
}

/** The functions of a file, at whatever depth. */
function readScopes(root: Node): OwnFunction[] {
  return descendants(root, 'function_statement').flatMap((node) => {
    const name = childrenOf(node).find(({ type }) => type === 'function_name')?.text;
    let scope = node.parent;
    while (scope && /^(statement_list|script_block|script_block_body)$/.test(scope.type)) scope = scope.parent;
    return name === undefined || !scope ? [] : [{ name: name.toLowerCase(), start: node.startIndex, scope }];
  });
}

function holds({ start, scope }: OwnFunction, call: Node): boolean {
  return start < call.startIndex && call.endIndex <= scope.endIndex;
}
