import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { readCommands, type ParsedCommand } from './commands.ts';
import { descendants, lineOf } from './nodes.ts';
import { readParameters, type ParsedParameter } from './parameters.ts';

/** A place in a file that is not PowerShell. Lines count from 1. */
interface SyntaxFault {
  line: number;
  text: string;
}

export interface ParsedFunction {
  name: string;
  line: number;
  /** Its comment-based help as it is written; empty when it has none. */
  help: string;
  parameters: ParsedParameter[];
}

/** What the checks read of one PowerShell file. */
export interface ParsedScript {
  text: string;
  faults: SyntaxFault[];
  /** The block comment at the top; empty when there is none. */
  help: string;
  /** Whether `param()` stands under `[CmdletBinding()]`. */
  cmdletBinding: boolean;
  /** Parameters of the file's own `param()` block. */
  parameters: ParsedParameter[];
  functions: ParsedFunction[];
  commands: ParsedCommand[];
  /** Lines of `exit` statements. */
  exits: number[];
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
    const parsed = read(tree.rootNode, text);
    tree.delete();
    return parsed;
  };
}

function read(root: Node, text: string): ParsedScript {
  const own = root.children.find((child) => child?.type === 'param_block');
  return {
    text,
    faults: root.hasError ? faultsOf(root) : [],
    help: blockComment(root),
    cmdletBinding: /^\[CmdletBinding\(/i.test(own?.text ?? ''),
    parameters: readParameters(own),
    functions: descendants(root, 'function_statement').flatMap(readFunction),
    commands: readCommands(root),
    exits: readExits(root),
  };
}

/** Lines of the `exit` statements. */
function readExits(root: Node): number[] {
  return descendants(root, 'flow_control_statement')
    .filter((node) => node.firstChild?.type === 'exit')
    .map(lineOf);
}

function readFunction(node: Node): ParsedFunction[] {
  const name = node.children.find((child) => child?.type === 'function_name')?.text;
  if (name === undefined) return [];
  // Parameters stand in a param() block or in brackets after the name.
  const block = descendants(node, 'param_block')[0] ?? descendants(node, 'function_parameter_declaration')[0];
  return [{ name, line: lineOf(node), help: blockComment(node), parameters: readParameters(block) }];
}

function blockComment(node: Node): string {
  const comment = node.children.find((child) => child?.type === 'comment' && child.text.startsWith('<#'));
  return comment?.text ?? '';
}

function faultsOf(node: Node): SyntaxFault[] {
  if (node.isError || node.isMissing) {
    const text = node.isMissing ? `missing ${node.type}` : (node.text.split('\n', 1)[0] ?? '').slice(0, 80);
    return [{ line: lineOf(node), text }];
  }
  return node.children.flatMap((child) => (child?.hasError || child?.isMissing ? faultsOf(child) : []));
}
