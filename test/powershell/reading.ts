import type { Node } from 'web-tree-sitter';
import { nodesOf } from './contract/called-verbs.ts';

/** Every call of a command below a node, in the order of the text. */
export function commandsNamed(root: Node, name: string): Node[] {
  return nodesOf(root, 'command').filter((command) => commandName(command) === name);
}

/** The name of a command as it is called, without the module before it; empty where a variable names it. */
export function commandName(command: Node): string {
  const name = command.namedChildren.find((child) => child?.type === 'command_name');
  return (name?.text ?? '').replace(/^.*\\/, '');
}

/** The named arguments of a command as they are written; a switch has an empty one. */
export function argumentsOf(command: Node): Record<string, string> {
  const elements = command.children.find((child) => child?.type === 'command_elements');
  const parts = (elements?.children ?? []).filter((child) => child !== null && child.type !== 'command_argument_sep');
  const found: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    if (part?.type !== 'command_parameter') continue;
    const next = parts[index + 1];
    found[part.text.slice(1)] = next && next.type !== 'command_parameter' ? next.text : '';
  }
  return found;
}

/** The entries of the table that is assigned to a variable, as they are written. */
export function tableOf(root: Node, variable: string): Record<string, string> {
  const [assigned] = assignmentsTo(root, variable);
  const body = assigned && nodesOf(assigned, 'hash_literal_body')[0];
  const entries = (body?.namedChildren ?? []).filter((child) => child?.type === 'hash_entry');
  return Object.fromEntries(
    entries.map((entry) => {
      const [key, value] = entry?.namedChildren ?? [];
      return [key?.text ?? '', value?.text ?? ''];
    }),
  );
}

/** The assignments whose left side is exactly this. */
export function assignmentsTo(root: Node, target: string): Node[] {
  return nodesOf(root, 'assignment_expression').filter(({ firstChild }) => firstChild?.text === target);
}

/** The body of a function. */
export function functionNamed(root: Node, name: string): Node {
  const found = nodesOf(root, 'function_statement').find(
    (node) => node.children.find((child) => child?.type === 'function_name')?.text === name,
  );
  if (!found) throw new Error(`There is no function ${name}.`);
  return found;
}

/** A method that is called: `[IO.File]::ReadAllText(...)` is `ReadAllText`. */
export function methodName(call: Node): string {
  return call.children.find((child) => child?.type === 'member_name')?.text ?? '';
}

/** Whether a node is only reached when `ShouldProcess` allowed it: inside such a condition, or after one that leaves without it. */
export function standsBehindShouldProcess(node: Node): boolean {
  for (let inner = node, outer = node.parent; outer; inner = outer, outer = outer.parent) {
    if (outer.type === 'if_statement' && inner.type === 'statement_block' && asks(outer) === 'allowed') return true;
    if (outer.type !== 'statement_list') continue;
    const before = outer.namedChildren.filter((child) => child !== null && child.endIndex <= inner.startIndex);
    if (before.some((statement) => statement?.type === 'if_statement' && asks(statement) === 'left')) return true;
  }
  return false;
}

/** What an if statement makes of ShouldProcess: its block runs when it is allowed, or leaves when it is not. */
function asks(statement: Node): 'allowed' | 'left' | null {
  const [condition] = nodesOf(statement, 'pipeline');
  const call =
    condition && nodesOf(condition, 'invokation_expression').find((node) => methodName(node) === 'ShouldProcess');
  // With -or the block runs without it too.
  if (!condition || !call || /\s-or\s/.test(condition.text)) return null;
  if (!/^-not\s/.test(condition.text)) return 'allowed';
  const block = statement.children.find((child) => child?.type === 'statement_block');
  return /^\{\s*(return|continue)\s*\}$/.test(block?.text ?? '') ? 'left' : null;
}
