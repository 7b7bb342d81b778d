import type { Node } from 'web-tree-sitter';

/** Every node of a type at or below this one, in the order of the file. */
export function descendants(node: Node, type: string): Node[] {
  return node.descendantsOfType(type).filter((found) => found !== null);
}

/** Children that are there; the binding's type allows for holes. */
export function childrenOf(node: Node): Node[] {
  return node.children.filter((child) => child !== null);
}

/** The line on which a node begins, from 1. */
export function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}
