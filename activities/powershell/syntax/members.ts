import type { Node } from 'web-tree-sitter';
import { constantOf, innermost, withoutBackticks } from './names.ts';
import { childrenOf, descendants, lineOf } from './nodes.ts';

/** A member of an object or a type, read or called: `$update.Title`, `[Environment]::Exit(7)`. */
export interface ParsedMember {
  /** What it is a member of, as it is written. */
  target: string;
  /** The type before `::`; null for a member of an object, and where the type is only known as the script runs. */
  type: string | null;
  /** Whether it stands after `::`. */
  isStatic: boolean;
  /** The name without quotes and backticks; null when it is only known as the script runs. */
  member: string | null;
  /** The name as it is written. */
  written: string;
  called: boolean;
  /** Whether it is called with arguments. */
  given: boolean;
  line: number;
}

/** A type that a file names. */
export interface ParsedType {
  /** As it is written, without brackets and blanks. */
  name: string;
  line: number;
}

/** Every member that is read or called. */
export function readMembers(root: Node): ParsedMember[] {
  return [...descendants(root, 'invokation_expression'), ...descendants(root, 'member_access')].flatMap((node) => {
    const children = childrenOf(node);
    const [target] = children;
    const member = children.find(({ type }) => type === 'member_name');
    if (!target || !member) return [];
    const isStatic = children.some(({ type }) => type === '::');
    const inner = innermost(target);
    return [
      {
        target: target.text,
        type: isStatic && inner.type === 'type_literal' ? typeName(inner) : null,
        isStatic,
        member: constantOf(member),
        written: member.text,
        called: node.type === 'invokation_expression',
        given: children.some(({ type, text }) => type === 'argument_list' && !/^\(\s*\)$/.test(text)),
        line: lineOf(member),
      },
    ];
  });
}

/** Every type that is named otherwise than before `::`: of a parameter, of a cast, as a value; and every attribute. */
export function readTypes(root: Node): ParsedType[] {
  return descendants(root, 'type_literal')
    .filter((node) => !isTarget(node))
    .map((node) => ({ name: typeName(node), line: lineOf(node) }));
}

/** The attributes of parameters, functions and variables, in lower case. */
export function readAttributes(root: Node): ParsedType[] {
  return descendants(root, 'attribute_name').map((node) => ({
    name: node.text.toLowerCase().replace(/attribute$/, ''),
    line: lineOf(node),
  }));
}

function isTarget(node: Node): boolean {
  const siblings = node.parent ? childrenOf(node.parent) : [];
  return siblings[0]?.id === node.id && siblings.some(({ type }) => type === '::');
}

function typeName(literal: Node): string {
  return withoutBackticks(literal.text.slice(1, -1)).replaceAll(/<#.*?#>|\s/gs, '');
}
