import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** A place in a file that is not PowerShell. Lines count from 1. */
interface SyntaxFault {
  line: number;
  text: string;
}

/** What the checks read of one PowerShell file. */
export interface ParsedScript {
  faults: SyntaxFault[];
  /** Names of the parameters of the file's own `param()` block. */
  parameters: string[];
  /** Parameter names by function name, in the order of the file. */
  functions: Map<string, string[]>;
}

export type ParseScript = (text: string) => ParsedScript;

/** Loads the grammar; the parser may be used as often as needed. */
export async function loadParser(): Promise<ParseScript> {
  const { resolve } = createRequire(import.meta.url);
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')));
  return (text) => {
    const tree = parser.parse(text);
    if (!tree) throw new Error('The PowerShell grammar could not be used: install the packages again (`npm ci`).');
    const parsed = read(tree.rootNode);
    tree.delete();
    return parsed;
  };
}

function read(root: Node): ParsedScript {
  const functions = new Map<string, string[]>();
  for (const node of descendants(root, 'function_statement')) {
    const name = descendants(node, 'function_name')[0]?.text;
    if (name) functions.set(name, parameterNames(descendants(node, 'param_block')[0]));
  }
  const own = root.children.find((child) => child?.type === 'param_block');
  return { faults: root.hasError ? faultsOf(root) : [], parameters: parameterNames(own), functions };
}

function parameterNames(block: Node | null | undefined): string[] {
  if (!block) return [];
  const names = descendants(block, 'script_parameter').map((parameter) =>
    parameter.children.find((child) => child?.type === 'variable')?.text.replace('$', ''),
  );
  return names.filter((name) => name !== undefined);
}

function descendants(node: Node, type: string): Node[] {
  return node.descendantsOfType(type).filter((found) => found !== null);
}

function faultsOf(node: Node): SyntaxFault[] {
  if (node.isError || node.isMissing) {
    const text = node.isMissing ? `missing ${node.type}` : (node.text.split('\n', 1)[0] ?? '').slice(0, 80);
    return [{ line: node.startPosition.row + 1, text }];
  }
  return node.children.flatMap((child) => (child?.hasError || child?.isMissing ? faultsOf(child) : []));
}
