import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Language, Parser, type Node } from 'web-tree-sitter';

/** A parameter as a `param()` block declares it, or as a contract demands it. */
export interface Parameter {
  name: string;
  /** What stands in brackets before the name, each in one way of writing it: `Parameter(Mandatory)`, `AllowNull()`, `string`. */
  declared: string[];
  line: number;
}

/** What can be called: a script, or a function. */
export interface Callable {
  name: string;
  file: string;
  line: number;
  /** The comment-based help; empty when there is none. */
  help: string;
  parameters: Parameter[];
}

/** What the checks read of one PowerShell file. Lines count from 1. */
export interface ParsedFile {
  /** The first thing that is no PowerShell; what is read of the rest may be wrong then. */
  fault: { line: number; text: string } | undefined;
  script: Callable;
  functions: Callable[];
  /** What is called by its plain name at whatever depth, and `exit`. */
  commands: { line: number; text: string }[];
}

// Else V8 compiles the grammar a second time, for speed: half a minute of a core, for which the end of the process waits.
setFlagsFromString('--liftoff-only');
await Parser.init();
const parser = new Parser();
const { resolve } = createRequire(import.meta.url);
parser.setLanguage(await Language.load(resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')));

/** Parses the text of a .ps1 or .psm1 file. */
export function parse(file: string, text: string): ParsedFile {
  const root = parser.parse(text)?.rootNode;
  if (!root) throw new Error('The PowerShell grammar could not be used: install the packages again (`npm ci`).');
  const functions = all(root, 'function_statement').map((node) => {
    // Parameters stand in a param() block, or in brackets after the name.
    const block = all(node, 'param_block')[0] ?? child(node, 'function_parameter_declaration');
    return { file, name: child(node, 'function_name')?.text ?? '', ...readCallable(node, block) };
  });
  return {
    fault: faultOf(root),
    script: { file, name: basename(file, '.ps1'), ...readCallable(root, child(root, 'param_block')) },
    functions,
    commands: [...all(root, 'command_name'), ...all(root, 'exit')].map(placed),
  };
}

function readCallable(node: Node, block: Node | undefined): Pick<Callable, 'line' | 'help' | 'parameters'> {
  const help = node.children.find((one) => one?.type === 'comment' && one.text.startsWith('<#'))?.text ?? '';
  return { line: placed(node).line, help, parameters: all(block, 'script_parameter').map(readParameter) };
}

function readParameter(node: Node): Parameter {
  const name = child(node, 'variable')?.text.slice(1) ?? '';
  return { name, declared: all(node, 'attribute').map(readAttribute), line: placed(node).line };
}

/** `[Parameter(Mandatory = $true)]` is `Parameter(Mandatory)`. */
function readAttribute(node: Node): string {
  const name = child(node, 'attribute_name')?.text;
  const values = all(node, 'attribute_argument').map(({ text }) => text.trim().replace(/^"([^"`$']*)"$/, "'$1'"));
  return name === undefined ? node.text.slice(1, -1) : `${name}(${values.join(', ').replace(/ *= *\$true\b/g, '')})`;
}

function faultOf(node: Node): ParsedFile['fault'] {
  if (node.isMissing) return { line: placed(node).line, text: `${node.type} is missing` };
  if (node.isError) return placed(node);
  const faulty = node.children.find((one) => one?.hasError || one?.isMissing);
  return faulty ? faultOf(faulty) : undefined;
}

function all(node: Node | undefined, type: string): Node[] {
  return node?.descendantsOfType(type).filter((found) => found !== null) ?? [];
}

function child(node: Node, type: string): Node | undefined {
  return node.children.find((one) => one?.type === type) ?? undefined;
}

function placed({ startPosition, text }: Node): { line: number; text: string } {
  return { line: startPosition.row + 1, text: (text.split('\n', 1)[0] ?? '').slice(0, 80) };
}
