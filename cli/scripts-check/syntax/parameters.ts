import type { Node } from 'web-tree-sitter';
import { childrenOf, descendants, lineOf } from './nodes.ts';

/** One parameter of a `param()` block, as the block declares it. */
export interface ParsedParameter {
  name: string;
  line: number;
  /** The type as it is written, without brackets; empty when it has none. */
  type: string;
  mandatory: boolean;
  /** Arguments of each attribute by its name in lower case, as they are written; strings without their quotes. */
  attributes: ReadonlyMap<string, readonly string[]>;
}

/** The parameters of a `param()` block, in its order. */
export function readParameters(block: Node | null | undefined): ParsedParameter[] {
  if (!block) return [];
  return descendants(block, 'script_parameter').flatMap((node) => {
    const name = childrenOf(node)
      .find(({ type }) => type === 'variable')
      ?.text.replace(/^\$/, '');
    if (name === undefined) return [];
    const attributes = readAttributes(node);
    return [{ name, line: lineOf(node), type: readType(node), mandatory: isMandatory(attributes), attributes }];
  });
}

/** Attributes of this parameter itself; a default value may hold a script block with others. */
function ownAttributes(node: Node): Node[] {
  const list = childrenOf(node).find(({ type }) => type === 'attribute_list');
  return list ? childrenOf(list).filter(({ type }) => type === 'attribute') : [];
}

function readAttributes(node: Node): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const attribute of ownAttributes(node)) {
    const name = childrenOf(attribute).find(({ type }) => type === 'attribute_name')?.text;
    if (name === undefined) continue;
    found.set(
      name.toLowerCase(),
      descendants(attribute, 'attribute_argument').map(({ text }) => text.replace(/^(['"])(.*)\1$/s, '$2').trim()),
    );
  }
  return found;
}

function readType(node: Node): string {
  const types = ownAttributes(node).flatMap((attribute) =>
    childrenOf(attribute).filter(({ type }) => type === 'type_literal'),
  );
  return types.at(-1)?.text.slice(1, -1) ?? '';
}

function isMandatory(attributes: ReadonlyMap<string, readonly string[]>): boolean {
  return (attributes.get('parameter') ?? []).some((argument) => /^mandatory(\s*=\s*\$true)?$/i.test(argument));
}
