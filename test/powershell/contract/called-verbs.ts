import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** A function of the host module, as a script calls it. */
export interface CalledVerb {
  verb: string;
  /** Parameters by name, in camel case: what the plant calls them. */
  fields: string[];
}

let parser: Parser | null = null;

/** The syntax tree of a PowerShell file. */
export async function treeOf(file: URL | string): Promise<Node> {
  parser ??= await loadGrammar();
  const tree = parser.parse(await readFile(file, 'utf8'));
  if (!tree) throw new Error(`${String(file)} cannot be parsed.`);
  return tree.rootNode;
}

async function loadGrammar(): Promise<Parser> {
  await Parser.init();
  const loaded = new Parser();
  const { resolve } = createRequire(import.meta.url);
  loaded.setLanguage(await Language.load(resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')));
  return loaded;
}

export function nodesOf(root: Node, type: string): Node[] {
  return root.descendantsOfType(type).filter((node): node is Node => node !== null);
}

/** The verbs of the host module that a script calls, in the order of its text, without the one that connects. */
export async function calledVerbs(script: URL): Promise<CalledVerb[]> {
  return nodesOf(await treeOf(script), 'command')
    .map((command) => ({ verb: nameOf(command), fields: parametersOf(command) }))
    .filter(({ verb }) => /-Fettle/.test(verb) && !verb.startsWith('Connect-'));
}

/** What a function of the plant's host module asks of the plant: its verb and the fields of the body. */
export async function askedOfPlant(file: string): Promise<CalledVerb[]> {
  const calls = nodesOf(await treeOf(file), 'command').filter((command) => nameOf(command) === 'Invoke-PlantVerb');
  return calls.map((call) => ({
    verb: /-Verb '([^']+)'/.exec(call.text)?.[1] ?? '',
    fields: nodesOf(call, 'hash_entry').map((entry) => entry.firstChild?.text ?? ''),
  }));
}

function nameOf(command: Node): string {
  return nodesOf(command, 'command_name')[0]?.text ?? '';
}

function parametersOf(command: Node): string[] {
  const elements = command.children.find((child) => child?.type === 'command_elements');
  const names = elements?.children.filter((child) => child?.type === 'command_parameter') ?? [];
  return names.map((node) => (node?.text ?? '').replace(/^-/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase()));
}
