import type { Node } from 'web-tree-sitter';
import { constantOf, innermost, variableName } from './names.ts';
import { descendants, lineOf } from './nodes.ts';

/** A variable where it is read or set. */
export interface ParsedVariable {
  /** In lower case with its scope or drive: `script:hostname`, `env:computername`. */
  name: string;
  written: string;
  /** Whether it is set there. */
  set: boolean;
  line: number;
}

const SETS = new Set([
  'left_assignment_expression',
  'post_increment_expression',
  'post_decrement_expression',
  'pre_increment_expression',
  'pre_decrement_expression',
]);

/** Every variable, in texts too. */
export function readVariables(root: Node): ParsedVariable[] {
  // One in braces stands inside a node of its own in most places, and on its own in texts.
  const plain = descendants(root, 'variable').filter((node) => innermost(node).type !== 'braced_variable');
  const found = [...plain, ...descendants(root, 'braced_variable')];
  return found.map((node) => ({
    name: variableName(node.text),
    written: node.text,
    set: isSet(node),
    line: lineOf(node),
  }));
}

/** Texts that are written out and begin as the path of a drive does: `function:Get-Thing`. */
export function readDrivePaths(root: Node): { path: string; line: number }[] {
  return descendants(root, 'generic_token')
    .concat(descendants(root, 'string_literal'))
    .flatMap((node) => {
      const path = constantOf(node);
      return path !== null && /^[\w.\\]+:/.test(path) ? [{ path, line: lineOf(node) }] : [];
    });
}

function isSet(node: Node): boolean {
  if (node.parent?.type === 'foreach_statement') return true;
  for (let at = node.parent; at; at = at.parent) {
    if (SETS.has(at.type)) return true;
    // An index is read where its table is set: `$table[$name] = 1`.
    if (at.type === 'element_access' && at.startIndex !== node.startIndex) return false;
    if (at.type === 'pipeline' || at.type === 'command') return false;
  }
  return false;
}
